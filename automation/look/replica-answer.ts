/** What a vault said of a replica, in the words that evidence has for it. */
export interface ReplicaAnswer {
  /** S3's, by algorithm, as in `CRC64NVME`. Absent where S3 knows none. */
  readonly checksums?: Readonly<Record<string, string>>;
  /** Without quotes. */
  readonly etag: string;
  /** ARN of the key of KMS that it is under. Absent: under none. */
  readonly kmsKeyArn?: string;
  /** Object Lock's word. Absent where it is not locked. */
  readonly lockMode?: string;
  /** ISO 8601 with milliseconds. Absent where it is not locked. */
  readonly lockedUntil?: string;
  /** S3's word on replication: `REPLICA` of what replication brought. Absent where it has none. */
  readonly replicationStatus?: string;
  /** Of its content. */
  readonly sizeBytes: number;
  /** When S3 answered, by its header `Date`: ISO 8601. Absent where the answer has none. */
  readonly answeredAt?: string;
  /** S3's id of the request. Absent where the answer has none. */
  readonly requestId?: string;
}

/** The same, and which vault it was. */
export interface AnswerOfVault {
  /** Its name in the config. */
  readonly vault: string;
  readonly said: ReplicaAnswer;
}
