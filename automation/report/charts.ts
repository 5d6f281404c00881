/**
 * Charts as SVG, drawn by Vega while a report is written, so that a page needs no script.
 *
 * Vega's packages take 16 MB where they are installed; ECharts with its renderer takes 68 MB. Its text is measured by an estimate, since there is no
 * canvas. Colours are the page's variables, which differ by its scheme.
 */
import type { Spec } from "vega";

/** A bar: its place, and what it is parts of. */
export interface Bar {
  /** As it is shown; safe to show. */
  readonly label: string;
  /** By part. */
  readonly part: string;
  readonly value: number;
}

/** A point of a line. */
export interface Point {
  readonly epochMs: number;
  readonly line: string;
  readonly value: number;
}

/** The parts that have a colour of their own, in the order in which they are stacked. */
export const PARTS = ["proven", "need somebody", "accepted or not promised"] as const;

const FONT = "system-ui, sans-serif";
const INK = "var(--ink)";
const MUTED = "var(--rule)";

/** Sizes in CSS pixels; the page scales a chart down to what is there. */
const WIDTH = 640;

/** How bars lie: a row for each label, or a column. */
interface BarShape {
  /** The axes of the labels and of the values. */
  readonly axes: readonly ["x" | "y", "x" | "y"];
  /** The extent of a bar along its label's axis. */
  readonly extent: "width" | "height";
  readonly heightOf: (labelsCount: number) => number;
  readonly labels: Readonly<Record<string, unknown>>;
}

const ROWS: BarShape = {
  axes: ["y", "x"],
  extent: "height",
  heightOf: (labelsCount) => labelsCount * 26,
  labels: { labelLimit: 330 },
};

const COLUMNS: BarShape = {
  axes: ["x", "y"],
  extent: "width",
  heightOf: () => 200,
  labels: { labelOverlap: true, labelSeparation: 6 },
};

/** Horizontal bars, a row for each label in its order, stacked by part. Undefined without a value. */
export const stackedBars = (bars: readonly Bar[], parts: readonly string[]) =>
  drawBars(ROWS, bars, parts);

/** Vertical bars, one for each label in its order, stacked by part. Undefined without a value. */
export const columns = (bars: readonly Bar[], parts: readonly string[]) =>
  drawBars(COLUMNS, bars, parts);

async function drawBars(
  { axes: [across, along], extent, heightOf, labels: labelStyle }: BarShape,
  bars: readonly Bar[],
  parts: readonly string[],
): Promise<string | undefined> {
  const labels = [...new Set(bars.map(({ label }) => label))];
  if (labels.length === 0) return undefined;
  const orient = { x: "bottom", y: "left" } as const;
  return draw({
    ...frame(heightOf(labels.length)),
    data: [
      {
        name: "bars",
        values: bars.map(({ label, part, value }) => ({ label, part, value })),
        transform: [{ type: "stack", groupby: ["label"], field: "value" }],
      },
    ],
    scales: [
      { name: across, type: "band", domain: labels, range: extent, padding: 0.25 },
      {
        name: along,
        type: "linear",
        domain: { data: "bars", field: "y1" },
        range: extent === "height" ? "width" : "height",
        nice: true,
        zero: true,
      },
      {
        name: "colour",
        type: "ordinal",
        domain: [...parts],
        range: parts.map((_, at) => colourAt(at)),
      },
    ],
    axes: [
      axis(orient[along], along, { format: "~s", tickCount: 5, grid: true }),
      axis(orient[across], across, labelStyle),
    ],
    legends: parts.length > 1 ? [legend()] : [],
    marks: [
      {
        type: "rect",
        from: { data: "bars" },
        encode: {
          enter: {
            [across]: { scale: across, field: "label" },
            [extent]: { scale: across, band: 1 },
            [along]: { scale: along, field: "y0" },
            [`${along}2`]: { scale: along, field: "y1" },
            fill: { scale: "colour", field: "part" },
          },
        },
      },
    ],
  });
}

/** Lines over time (UTC). Undefined with fewer than two points. */
export async function lines(
  points: readonly Point[],
  { format = "~s" }: { readonly format?: string } = {},
): Promise<string | undefined> {
  if (points.length < 2) return undefined;
  const names = [...new Set(points.map(({ line }) => line))];
  return draw({
    ...frame(200),
    data: [
      {
        name: "points",
        values: points.map(({ epochMs, line, value }) => ({
          epochMs,
          part: line,
          value,
        })),
      },
    ],
    scales: [
      {
        name: "x",
        type: "utc",
        domain: { data: "points", field: "epochMs" },
        range: "width",
      },
      {
        name: "y",
        type: "linear",
        domain: { data: "points", field: "value" },
        range: "height",
        nice: true,
        zero: true,
      },
      {
        name: "colour",
        type: "ordinal",
        domain: names,
        range: names.map((_, at) => colourAt(at)),
      },
    ],
    axes: [
      axis("left", "y", { format, tickCount: 5, grid: true }),
      axis("bottom", "x", { tickCount: 6, labelOverlap: true }),
    ],
    legends: names.length > 1 ? [legend()] : [],
    marks: [
      {
        type: "group",
        from: { facet: { name: "series", data: "points", groupby: "part" } },
        marks: [
          {
            type: "line",
            from: { data: "series" },
            encode: {
              enter: {
                x: { scale: "x", field: "epochMs" },
                y: { scale: "y", field: "value" },
                stroke: { scale: "colour", field: "part" },
                strokeWidth: { value: 2 },
              },
            },
          },
        ],
      },
    ],
  });
}

function colourAt(place: number): string {
  return `var(--part-${place % 3})`;
}

function frame(height: number): Spec {
  return {
    width: WIDTH,
    height,
    padding: 6,
    autosize: { type: "fit-x", contains: "padding" },
  };
}

function axis(
  orient: "bottom" | "left",
  scale: string,
  more: Readonly<Record<string, unknown>>,
): NonNullable<Spec["axes"]>[number] {
  return {
    orient,
    scale,
    labelColor: INK,
    labelFont: FONT,
    labelFontSize: 12,
    domainColor: MUTED,
    tickColor: MUTED,
    gridColor: MUTED,
    ...more,
  };
}

function legend(): NonNullable<Spec["legends"]>[number] {
  return {
    fill: "colour",
    orient: "top",
    direction: "horizontal",
    labelColor: INK,
    labelFont: FONT,
    labelFontSize: 12,
    labelLimit: 240,
  };
}

/** The picture alone: what it says stands in the table below it, so a screen reader is told its name and no more. */
async function draw(spec: Spec): Promise<string> {
  // Vega is there as ECMAScript modules alone, and is loaded only where a chart is drawn.
  const { parse, View } = await import("vega");
  const view = new View(parse(spec), { renderer: "none" });
  try {
    const svg = await view.toSVG();
    // A role inside of a picture would be read out: it is one picture.
    return svg.replaceAll(/ (?:role|aria-[a-z]+)="[^"]*"/g, "");
  } finally {
    view.finalize();
  }
}
