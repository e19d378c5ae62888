/**
 * The files of a paste, or none where it is text. A table of a spreadsheet comes as text and as
 * a picture of itself, and is meant as text; a file of macOS comes with its name as text, and is
 * meant as a file.
 */

export function pastedFiles(data: Pick<DataTransfer, 'files' | 'getData'>): File[] {
  const files = [...data.files]
  const names = files.map(({ name }) => name)
  const lines = data.getData('text/plain').split(/[\r\n]+/)
  const isText = lines.some((line) => line.trim() !== '' && !names.includes(line.trim()))
  return isText ? [] : files
}
