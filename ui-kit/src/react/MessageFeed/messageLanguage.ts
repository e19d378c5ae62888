/** BCP 47, from `meta.lang`: what a message is written in, where somebody said so. */

import type { FeedMessage } from '../../session/Session.ts'

export function messageLanguage({ meta }: Pick<FeedMessage, 'meta'>): string | undefined {
  const { lang } = meta ?? {}
  // Anybody may write a message: what is no language tag says nothing.
  return typeof lang === 'string' && /^[a-z]{2,8}(-[a-z\d]{1,8}){0,8}$/i.test(lang)
    ? lang
    : undefined
}
