/**
 * Why an input could not be read. The decoders throw it without knowing the service; each protocol turns it into the
 * error that AWS answers.
 */
export class CodecError extends Error {
  constructor(
    readonly problem: "malformed" | "missing" | "type",
    message: string,
    /** Name of the member on the wire: a header, a query key or the path in a document. */
    readonly memberName: string = "",
    readonly value: string = "",
    /** Where it stood. */
    readonly place: "document" | "header" | "query" | "path" = "document",
  ) {
    super(message);
    this.name = "CodecError";
  }
}
