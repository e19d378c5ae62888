/** An error over HTTP: one shape, never a stack. */
export function errorResponse(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ error: { code, message } }, { status, headers })
}

export const methodNotAllowed = (allow: string): Response =>
  errorResponse(405, 'method_not_allowed', `use ${allow}`, { allow })
