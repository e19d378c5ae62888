/**
 * The close code to answer a client's close with (W14); undefined: no answer is possible.
 *
 * 1005 means that the client gave no code, and 1006 and 1015 that no close frame
 * came at all: none of the three may be sent.
 */
export function closeAnswer(code: number): number | undefined {
  if (code === 1006 || code === 1015) return undefined
  if (code >= 3000 && code <= 4999) return code
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 ? code : 1000
}
