'use client'
/** The ref of the kit and that of the user on one element. */

import type { Ref } from 'react'
import { mergeRefs } from './mergeRefs.ts'

export const useMergedRef = <Element>(
  own: Ref<Element>,
  given: Ref<Element> | undefined,
): Ref<Element> | undefined => mergeRefs(own, given)
