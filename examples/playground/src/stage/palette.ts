/** The number of colours that a text runs through before they run back. */
const colourCount = 48;

/** The length of text in which the last colour is reached, in UTF-16 units. */
const colouredLength = 780;

/** A colour for each place in the reply, so that a text is known again wherever it shows up: blue, violet, rose, and back. */
export function colourAt(at: number): number {
  const share = (at / colouredLength) % 2;
  return Math.round((share > 1 ? 2 - share : share) * (colourCount - 1));
}

/** The colours of marbles, as hexadecimal sRGB, for a light or a dark ground. */
export function marbleColours(isDark: boolean): readonly string[] {
  const [lightness, chroma] = isDark ? [0.74, 0.14] : [0.6, 0.18];
  return Array.from({ length: colourCount }, (_, index) =>
    hexOf(lightness, chroma, 250 + (index / (colourCount - 1)) * 120),
  );
}

/** OKLCH in sRGB, which each program that shows an SVG understands. */
function hexOf(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
  return `#${linear.map((value) => byteOf(value).toString(16).padStart(2, '0')).join('')}`;
}

function byteOf(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}

/** The relative luminance of a hexadecimal colour, from 0 to 1. */
export function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
