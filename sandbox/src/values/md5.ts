import { hash } from "node:crypto";

/** MD5 in hex, which the formats of reports and inventories ask for. */
export function md5Hex(data: string | Buffer): string {
  return hash("md5", data, "hex");
}
