import type { OperatorFacts } from "../operator-facts";

/** The data bucket, or the vault, and the operations bucket beside it. */
export const both = ({ bucketArn, operationsArn }: OperatorFacts): readonly string[] => [
  bucketArn,
  operationsArn,
];

/** Every key of the account, where one is made or given: their ids are not known from the config. */
export const keys = (facts: OperatorFacts): readonly string[] =>
  facts.hasKeys ? [facts.arnOf("kms", "key/*", "*")] : [];

/** Nothing in the stack of one of two teams. */
export const whenBothSidesAreSeen =
  (resources: (facts: OperatorFacts) => readonly string[]) =>
  (facts: OperatorFacts): readonly string[] =>
    facts.seesBothSides ? resources(facts) : [];

/** Nothing where no key is made. */
export const whenKeysAreMade =
  (resources: (facts: OperatorFacts) => readonly string[]) =>
  (facts: OperatorFacts): readonly string[] =>
    facts.makesKeys ? resources(facts) : [];

/** Whoever the caller may be in its account. */
export const principals = ({ accountId, partition }: OperatorFacts): readonly string[] => [
  `arn:${partition}:iam::${accountId}:role/*`,
  `arn:${partition}:iam::${accountId}:user/*`,
];
