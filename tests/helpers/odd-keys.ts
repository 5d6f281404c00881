/** Keys that whoever writes or reads CSV, URLs or XML may get wrong; one has the 1,024 bytes that S3 allows. */
export const ODD_KEYS = [
  "comma,key",
  'quote"key',
  'both",",key',
  "new\nline",
  "plus+key",
  "a space",
  "percent%41key",
  "%2B",
  "%",
  "é/世界/🎉",
  "\u{fffd}",
  "tab\tkey",
  `${"long/".repeat(204)}ends`,
  "null",
];
