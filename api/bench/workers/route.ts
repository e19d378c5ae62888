/** `/ROOM` goes to the Durable Object of that name: the least that a Worker can do. */
export const route: ExportedHandler<{ ROOMS: DurableObjectNamespace }> = {
  fetch(request, { ROOMS }) {
    return ROOMS.get(ROOMS.idFromName(new URL(request.url).pathname)).fetch(request)
  },
}
