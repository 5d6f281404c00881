/** Tables and figures of a page. Pure. */

import { markup, type Html, type Inner } from "./html-text";

/** A table; a name of a column that begins with `*` is of numbers. */
export interface TableParts {
  readonly caption: string;
  /** What it is of, as in `source orders`, where a page may have several of its caption: a screen reader lists them by their names. */
  readonly of?: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly Inner[])[];
}

/** It scrolls by itself where the page is narrow, by keyboard too. */
export function table({ caption, header, of, rows }: TableParts): Html {
  const isNumber = (column: number): boolean => header[column]?.startsWith("*") === true;
  const kind = (column: number): Html => ({
    html: isNumber(column) ? ' class="number"' : "",
  });
  return markup`<section class="wide" tabindex="0" aria-label="${of === undefined ? caption : `${caption}, ${of}`}"><table>
<caption>${caption}</caption>
<thead><tr>${header.map((name, column) => markup`<th scope="col"${kind(column)}>${name.replace("*", "")}</th>`)}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${row.map((cell, column) => markup`<td${kind(column)}>${cell}</td>`)}</tr>`)}</tbody>
</table></section>`;
}

/** A chart with its name, and its numbers behind it. @param isCaptioned where no heading above it says the same */
export function figure({
  data,
  isCaptioned,
  name,
  svg,
}: {
  readonly name: string;
  readonly svg: string | undefined;
  readonly data: Html | undefined;
  readonly isCaptioned?: boolean;
}): Html {
  if (svg === undefined) return data ?? { html: "" };
  const picture = svg.replace("<svg ", () => markup`<svg role="img" aria-label="${name}" `.html);
  return markup`<figure>
${isCaptioned === true ? markup`<figcaption>${name}</figcaption>` : undefined}
${{ html: picture }}
${data && markup`<details><summary>The numbers: ${name}</summary>${data}</details>`}
</figure>`;
}
