import type { Tokens } from 'marked';
import { inlineText } from './inlineText';

/** A table that scrolls by itself; `name` is the place of the table. */
export function Table({
  table: { header, rows, align },
  name,
}: {
  readonly table: Tokens.Table;
  readonly name: string;
}) {
  const style = (at: number) => (align[at] ? { textAlign: align[at] } : {});
  return (
    <div className="table" role="region" tabIndex={0} aria-label={`Table in ${name}`}>
      <table>
        <thead>
          <tr>
            {header.map(({ tokens }, at) => (
              <th key={at} dir="auto" scope="col" style={style(at)}>
                {inlineText(tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map(({ tokens }, at) => (
                <td key={at} dir="auto" style={style(at)}>
                  {inlineText(tokens)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
