/**
 * Prints one row per case, and with `ratios` the ratio of the first to each other one below.
 */
export function printTable(
  rows: readonly (readonly [string, Readonly<Record<string, number>>])[],
  options: { ratios?: boolean } = {},
): void {
  const first = rows[0];
  if (first === undefined) return;
  const columns = Object.keys(first[1]);
  const lines = rows.map(([name, figures]) => [name, ...columns.map((c) => format(figures[c]))]);
  for (const [name, figures] of options.ratios ? rows.slice(1) : []) {
    lines.push([
      `${first[0]} / ${name}`,
      ...columns.map((c) => `${((first[1][c] ?? NaN) / (figures[c] ?? NaN)).toFixed(1)}x`),
    ]);
  }
  const table = [["", ...columns], ...lines];
  const widths =
    table[0]?.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0))) ?? [];
  for (const row of table) {
    process.stdout.write(
      `${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}\n`,
    );
  }
}

function format(figure: number | undefined): string {
  if (figure === undefined) return "-";
  return figure >= 100 ? Math.round(figure).toLocaleString("en-US") : figure.toFixed(2);
}
