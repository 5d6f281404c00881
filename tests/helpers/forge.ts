/** What GitHub and GitLab are for a job: an issuer of ID tokens with its keys, and the API for comments. On loopback. */

import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Comment {
  readonly id: number;
  body: string;
}

export interface ForgeRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

export class Forge {
  readonly comments: Comment[] = [];
  readonly requests: ForgeRequest[] = [];
  /** As the issuer's `jwks_uri` answers it. */
  readonly keySet: { readonly keys: readonly JsonWebKey[] };
  readonly #key: KeyObject;

  private constructor(private readonly server: Server) {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.#key = privateKey;
    this.keySet = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "forge" }] };
  }

  /** @param claims of the tokens that it hands out; times are those of this machine */
  static async start(claims: { readonly iss: string; readonly sub: string }): Promise<Forge> {
    const server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const { authorization } = request.headers;
        const token = authorization ?? request.headers["private-token"];
        const path = request.url ?? "";
        forge.requests.push({
          method: request.method ?? "",
          path,
          authorization: Array.isArray(token) ? token[0] : token,
        });
        const answer = path.includes("/token")
          ? { value: forge.token({ ...claims, aud: "sts.amazonaws.com" }) }
          : forge.answer(request.method ?? "", path, body);
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(answer));
      });
    });
    const forge = new Forge(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return forge;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A token that is good for five minutes. */
  token(claims: object): string {
    const part = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString("base64url");
    const nowEpochSeconds = Math.floor(Date.now() / 1000);
    const times = { iat: nowEpochSeconds, exp: nowEpochSeconds + 300 };
    const content = `${part({ typ: "JWT", alg: "RS256", kid: "forge" })}.${part({ ...claims, ...times })}`;
    const signature = sign("sha256", Buffer.from(content), this.#key);
    return `${content}.${signature.toString("base64url")}`;
  }

  close(): Promise<void> {
    return new Promise((done) => this.server.close(() => done()));
  }

  private answer(method: string, path: string, body: string): unknown {
    if (method === "GET") return this.comments;
    const { body: text } = JSON.parse(body) as { body: string };
    if (method === "POST") {
      const made = { id: this.comments.length + 1, body: text };
      this.comments.push(made);
      return made;
    }
    const id = Number(path.slice(path.lastIndexOf("/") + 1));
    const comment = this.comments.find((one) => one.id === id);
    if (comment !== undefined) comment.body = text;
    return comment;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
