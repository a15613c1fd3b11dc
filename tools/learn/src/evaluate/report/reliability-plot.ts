import type { ReliabilityBin } from './reliability.ts';

export interface Series {
  readonly name: string;
  readonly bins: readonly ReliabilityBin[];
}

const [SIZE, LEFT, TOP, BOTTOM] = [320, 52, 44, 46];
const WIDTH = LEFT + SIZE + 20;
const HEIGHT = TOP + SIZE + BOTTOM;
const GRID = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** Readable on light and dark pages: the picture follows the reader's choice, colours differ in lightness as well. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .even { stroke: #6e7781; stroke-width: 1; stroke-dasharray: 4 4 }
  .s0 { --ink: #0550ae } .s1 { --ink: #bc4c00 } .s2 { --ink: #1a7f37 }
  .line { fill: none; stroke: var(--ink); stroke-width: 1.5 }
  .chance { stroke: var(--ink); stroke-width: 1; opacity: .55 }
  .bin { fill: var(--ink) } .s1 .bin, .s2 .bin { fill: none; stroke: var(--ink); stroke-width: 1.5 }
  .name { fill: var(--ink) }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .grid { stroke: #30363d } .even { stroke: #8b949e }
    .s0 { --ink: #79c0ff } .s1 { --ink: #ffa657 } .s2 { --ink: #7ee787 }
  }`;

/** Odds that were given, from left to right, against what came of them, from below: on the dashed line odds hold. */
export function reliabilityPlot(title: string, series: readonly Series[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>Reliability of ${escaped(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<text class="title" x="${LEFT}" y="16">${escaped(title)}</text>`,
    ...GRID.map(gridLine),
    line('even', [0, 0], [1, 1]),
    `<text x="${LEFT + SIZE / 2}" y="${HEIGHT - 8}" text-anchor="middle">odds given</text>`,
    `<text transform="translate(14 ${TOP + SIZE / 2}) rotate(-90)" text-anchor="middle">share that came</text>`,
    ...series.map(seriesGroup),
    '</svg>',
    '',
  ].join('\n');
}

function gridLine(at: number): string {
  const percent = `${Math.round(at * 100)} %`;
  return [
    line('grid', [at, 0], [at, 1]),
    line('grid', [0, at], [1, at]),
    `<text x="${x(at)}" y="${TOP + SIZE + 18}" text-anchor="middle">${percent}</text>`,
    `<text x="${LEFT - 6}" y="${y(at) + 4}" text-anchor="end">${percent}</text>`,
  ].join('\n');
}

function seriesGroup({ name, bins }: Series, at: number): string {
  const points = bins.map(({ said, came }) => `${x(said)},${y(came)}`).join(' ');
  return [
    `<g class="s${at}">`,
    `<text class="name" x="${LEFT + at * 110}" y="34">${at === 0 ? '●' : '○'} ${escaped(name)}</text>`,
    ...bins.map(({ said, low, high }) => line('chance', [said, low], [said, high])),
    `<polyline class="line" points="${points}"/>`,
    ...bins.map(({ said, came }) => `<circle class="bin" cx="${x(said)}" cy="${y(came)}" r="3.5"/>`),
    '</g>',
  ].join('\n');
}

function line(kind: string, from: readonly [number, number], to: readonly [number, number]): string {
  return `<line class="${kind}" x1="${x(from[0])}" y1="${y(from[1])}" x2="${x(to[0])}" y2="${y(to[1])}"/>`;
}

function x(share: number): number {
  return rounded(LEFT + share * SIZE);
}

function y(share: number): number {
  return rounded(TOP + (1 - share) * SIZE);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
