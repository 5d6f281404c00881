/**
 * Clients that are told of the sandbox by `HTTP_PROXY` send it whatever has a name, with the whole URL in the request line.
 * What is meant for another server must not be answered as if AWS had.
 */
import type { IncomingMessage } from "node:http";

const AWS_HOST = /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws)$/i;

/** The host that a request line names when it is neither the sandbox, which is told by its port, nor AWS. */
export function strangerIn({ url, socket }: IncomingMessage): string | undefined {
  // A path in all but requests to a proxy.
  if (url === undefined || url.startsWith("/") || !URL.canParse(url)) return undefined;
  const { host, hostname, port } = new URL(url);
  return port === String(socket.localPort) || AWS_HOST.test(hostname) ? undefined : host;
}

/** What whoever sent it needs to know. */
export function strangerText(host: string): string {
  return `This is lockstep's sandbox, which stands for AWS and passes nothing on to ${host}. Name it in NO_PROXY, or unset HTTP_PROXY.\n`;
}
