/**
 * Counts what a Durable Object reads and writes, by the words of SQLite's own cursors.
 *
 * Put around the storage before the class under test sees it; knows nothing of sessions.
 */

export interface Rows {
  read: number
  /** rows of tables and indexes, and alarms set or deleted */
  written: number
}

export interface RowCounter {
  /** Ends a stretch, and returns all stretches that ended so far, by their names. */
  mark(name: string): Record<string, Rows>
}

export function countRows(storage: DurableObjectStorage): RowCounter {
  const marks: Record<string, Rows> = {}
  let cursors: Rows[] = []
  let alarms = 0
  const { sql } = storage
  const exec = sql.exec.bind(sql)
  const setAlarm = storage.setAlarm.bind(storage)
  const deleteAlarm = storage.deleteAlarm.bind(storage)
  Object.assign(sql, {
    exec(query: string, ...values: unknown[]) {
      const cursor = exec(query, ...values)
      // Asked at the end of the stretch: a cursor goes on counting while it is read.
      cursors.push({
        get read() {
          return cursor.rowsRead
        },
        get written() {
          return cursor.rowsWritten
        },
      })
      return cursor
    },
  })
  Object.assign(storage, {
    setAlarm(...values: Parameters<typeof setAlarm>) {
      alarms += 1
      return setAlarm(...values)
    },
    deleteAlarm(...values: Parameters<typeof deleteAlarm>) {
      alarms += 1
      return deleteAlarm(...values)
    },
  })
  return {
    mark(name) {
      marks[name] = {
        read: cursors.reduce((sum, { read }) => sum + read, 0),
        written: cursors.reduce((sum, { written }) => sum + written, alarms),
      }
      cursors = []
      alarms = 0
      return marks
    },
  }
}
