/** What a verdict may prove, in codes. Codes are stable; their sentences are for people, and are told in `docs/levels.md`. */

/** Every code, and what is proven by it. */
export const PROOFS = {
  presence: "Every promised version has a copy at each vault that it is promised at, by its key.",
  "version-id": "Each copy has the version id of its source, which S3 alone gives.",
  size: "Each copy has as many bytes as its source.",
  etag: "Each copy has its source's ETag, wherever both ETags can be MD5 of the content: not under SSE-KMS or SSE-C, nor of multipart uploads.",
  checksum:
    "Each copy has its source's checksum, wherever S3 keeps one of the same kind at both sides. S3 computed it when the data was written.",
  "content-read": "The bytes of each copy were read again at both sides, and are the same.",
  "replication-status":
    "Replication brought each copy: S3 says `REPLICA`, which nobody can put on a version of their own.",
  "lock-mode": "Each copy is locked in the promised mode, or in a stricter one.",
  "retain-until": "Each copy is locked until the promised date, or longer.",
  holds: "Each copy has the legal hold and the event hold of its source.",
  "encryption-key": "Each copy is under the promised key, and under nobody else's.",
  "storage-class": "Each copy is in the promised storage class.",
  owner: "The vault's account owns each copy.",
  tags: "Each copy has its source's tags.",
  annotations: "Each copy has its source's annotations.",
  "tag-rules":
    "Which versions the rules that ask for tags take, by the tags that they have at the source now. Where this is not proven, those that such a rule alone may want and that are not rightly at the vault are asked for their tags, the first 10,000 at the most; the others are told as `tags-unread`, which does not stand in the way of a clean verdict.",
  reasons:
    "Why a version is not at a vault: not taken by the rule, under SSE-C, a replica itself, failed. Where this is not proven it is told as missing.",
  "on-top-markers": "No delete marker lies on top of a promised version at a vault.",
  "on-top-versions": "No version that replication did not bring lies on top of a promised one.",
  "source-settings": "The source's replication and versioning are as deployed.",
  roles: "The roles that S3 works with are as deployed.",
  guard: "The vaults' own protections are as deployed.",
  "as-of-now": "All of this was so while the command ran, and not only at an earlier date.",
  "share-of-sample":
    "Of all promised versions at most the told share (`sample.maxShareWrong`) has anything wrong that `full` would find, with the told confidence.",
} as const satisfies Readonly<Record<string, string>>;

/** One of `PROOFS`, which says what each means. */
export type ProofCode = keyof typeof PROOFS;

/** All of them, in the order in which they are told. */
export const PROOF_CODES = Object.keys(PROOFS) as readonly ProofCode[];

/** In that order, each once. */
export function inOrder(codes: Iterable<ProofCode>): readonly ProofCode[] {
  const wanted = new Set(codes);
  return PROOF_CODES.filter((code) => wanted.has(code));
}
