'use client'
/** `useLayoutEffect` where there is a layout; on a server it has no use, and React 18 warns. */

import { useEffect, useLayoutEffect } from 'react'

export const useBeforePaint = typeof document === 'undefined' ? useEffect : useLayoutEffect
