/** Rows as a Markdown table; numbers with the digits that mean something. */
export function table(rows) {
  const columns = [...new Set(rows.flatMap(Object.keys))];
  const lines = rows.map((row) => columns.map((column) => shown(row[column])));
  const widths = columns.map((column, index) => Math.max(column.length, ...lines.map((line) => line[index].length)));
  const line = (cells) => `| ${cells.map((cell, index) => cell.padEnd(widths[index])).join(' | ')} |`;
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...lines.map(line)].join('\n');
}

function shown(value) {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value ?? '');
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
