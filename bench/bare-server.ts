/*
 * The ceiling: a server of `node:http` that answers anything at once, with as many headers as an answer of S3 has, and a GET
 * with 1 KiB. It checks nothing and keeps nothing. Writes its port as one line.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const BODY = "x".repeat(1024);
const DATE = "Sun, 29 Nov 2026 12:00:00 GMT";

const server = createServer((request, response) => {
  const isGet = request.method === "GET";
  const answer = (): void => {
    response.writeHead(200, {
      "accept-ranges": "bytes",
      "last-modified": DATE,
      etag: '"0f343b0931126a20f133d67c2b018a3b"',
      "content-type": "application/octet-stream",
      "x-amz-server-side-encryption": "AES256",
      "x-amz-request-id": "5N0ZSPWD1T4S9TPS",
      "x-amz-id-2": "6hskqtAuvRvyj15VGCtGBn3E7AsTYSK9MTybJpl71AVvbVo9rEzImjAihUlrS4COAau7RA3LOlM=",
      server: "AmazonS3",
      date: DATE,
      "content-length": isGet ? BODY.length : 0,
    });
    response.end(isGet ? BODY : undefined, "latin1");
  };
  response.sendDate = false;
  if (request.headers["content-length"] === undefined) answer();
  else request.on("data", () => undefined).on("end", answer);
});
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
