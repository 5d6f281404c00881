/**
 * The shape of an IAM policy document, as plain JSON.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */

export type OneOrMore<Value> = Value | Value[];

/** A list of one as AWS writes it. */
export function oneOrMore(values: readonly string[]): OneOrMore<string> {
  const [only, ...others] = values;
  return only !== undefined && others.length === 0 ? only : [...values];
}

/** One statement of a policy. */
export interface PolicyStatement {
  /** Letters and digits only. Ours say what the statement is for, since refusals are read by it. */
  Sid: string;
  /** Deny wins over every Allow. */
  Effect: "Allow" | "Deny";
  /** Whom it is about; `*` is everybody. Absent in policies of a role and in service control policies. */
  Principal?:
    | "*"
    | {
        /** ARNs of roles, users and accounts, or `*`. */
        AWS?: OneOrMore<string>;
        /** Services, as in `s3.amazonaws.com`. */
        Service?: OneOrMore<string>;
      };
  /** Actions, as in `s3:PutObject`; `*` stands for any characters. */
  Action: OneOrMore<string>;
  /** ARNs; `*` stands for any characters. Absent in a trust policy. */
  Resource?: OneOrMore<string>;
  /** By operator, then by condition key. All have to hold. Absent: always. */
  Condition?: Record<string, Record<string, OneOrMore<string>>>;
}

/** A policy, as JSON of AWS. */
export interface PolicyDocument {
  /** Of the policy language, not of the policy. */
  Version: "2012-10-17";
  /** In any order: they are judged together. */
  Statement: PolicyStatement[];
}

/** A policy of these statements; `undefined` is left out. */
export function policyDocument(...statements: (PolicyStatement | undefined)[]): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: statements.filter((statement) => statement !== undefined),
  };
}

/** A statement whose name stands elsewhere. */
export type UnnamedStatement = Omit<PolicyStatement, "Sid">;

/** The statements that a policy may have, by their Sid: each is absent where the arguments ask for none. */
export type StatementTable<Args> = Readonly<
  Record<string, (args: Args) => UnnamedStatement | undefined>
>;

/** The statements of a table for these arguments, in the order of the table. */
export function statementsOf<Args>(table: StatementTable<Args>, args: Args): PolicyStatement[] {
  return Object.entries(table).flatMap(([Sid, statement]) => {
    const made = statement(args);
    return made === undefined ? [] : [{ Sid, ...made }];
  });
}

/** Refuses actions on the objects of a bucket, to everybody whom the condition meets. */
export function denyOnObjects(
  bucketArn: string,
  Action: string | readonly string[],
  Condition?: PolicyStatement["Condition"],
): UnnamedStatement {
  return {
    Effect: "Deny",
    Principal: "*",
    Action: typeof Action === "string" ? Action : [...Action],
    Resource: `${bucketArn}/*`,
    ...(Condition && { Condition }),
  };
}

/**
 * Refuses whatever comes without TLS.
 *
 * Answers: reading or changing data on the wire. Cannot lock anyone out: every AWS client speaks TLS.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export function denyInsecureTransport(bucketArn: string): PolicyStatement {
  return {
    Sid: "DenyInsecureTransport",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
