import { expect } from "chai";
import type { Principal } from "../../src/authorization/model";
import { foreignAccount } from "../../src/services/s3control/errors";
import { BatchFixture, errorOf } from "./fixture";
import { allow, BATCH_ROLE, deny, rule, SOURCE, VAULT } from "../replication/fixture";
import type { Statement } from "../replication/fixture";

describe("the rights of who works with jobs", () => {
  /** A user's session with the given rights only. */
  function as(fixture: BatchFixture, statements: readonly Statement[]): Principal {
    const { accountId } = SOURCE;
    fixture.call(SOURCE, "iam", "CreateUser", { UserName: "operator" });
    fixture.call(SOURCE, "iam", "PutUserPolicy", {
      UserName: "operator",
      PolicyName: "rights",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
    const arn = `arn:aws:iam::${accountId}:user/operator`;
    const userId = fixture.call(SOURCE, "iam", "GetUser", { UserName: "operator" }).User.UserId;
    return { kind: "user", accountId, arn, principalArn: arn, userId };
  }

  const control = (fixture: BatchFixture, principal: Principal, operation: string, input: object) =>
    fixture.world.invoke({
      service: "s3control",
      operation,
      input: { AccountId: SOURCE.accountId, ...input },
      principal,
      region: SOURCE.region,
    });

  it("need s3:CreateJob on *, told in AWS's words", () => {
    const fixture = new BatchFixture();
    const jobs = `arn:aws:s3:${SOURCE.region}:${SOURCE.accountId}:job/*`;
    const operator = as(fixture, [allow("s3:CreateJob", jobs), allow("iam:PassRole", "*")]);
    const error = errorOf(() => control(fixture, operator, "CreateJob", fixture.request()));
    expect(error).to.include({ code: "AccessDenied", statusCode: 403 });
    expect(error.message).to.equal(
      `User: ${operator.arn} is not authorized to perform: s3:CreateJob on resource: "${jobs}" ` +
        "because no identity-based policy allows the s3:CreateJob action",
    );
  });

  it("need iam:PassRole on the job's role, and s3:PutJobTagging for tags", () => {
    const fixture = new BatchFixture();
    const operator = as(fixture, [allow("s3:CreateJob", "*"), allow("iam:PassRole", BATCH_ROLE)]);
    expect(control(fixture, operator, "CreateJob", fixture.request())).to.have.property("JobId");
    const tagged = fixture.request({ Tags: [{ Key: "a", Value: "b" }] });
    const untaggable = errorOf(() => control(fixture, operator, "CreateJob", tagged));
    expect(untaggable.message).to.match(/s3:PutJobTagging/);

    const other = new BatchFixture();
    const passer = as(other, [allow("s3:CreateJob", "*")]);
    const unpassable = errorOf(() => control(other, passer, "CreateJob", other.request()));
    expect(unpassable.message).to.match(/iam:PassRole/);
  });

  it("may limit an approver to jobs that wait for confirmation", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.rules(rule());
    const waiting = { StringEquals: { "s3:JobSuspendedCause": "AWAITING_CONFIRMATION" } };
    const approver = as(fixture, [{ ...allow("s3:UpdateJobStatus", "*"), Condition: waiting }]);
    const jobId = fixture.create({ ConfirmationRequired: true });
    const update = (status: string) =>
      control(fixture, approver, "UpdateJobStatus", { JobId: jobId, RequestedJobStatus: status });
    expect(errorOf(() => update("Cancelled")).code).to.equal("AccessDenied");
    fixture.settle();
    expect(update("Ready")).to.include({ Status: "Ready" });
    expect(errorOf(() => update("Cancelled")).code).to.equal("AccessDenied");
  });

  it("may limit tagging to some tags, and changes to jobs of low priority", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule());
    const urgent = fixture.create({ Priority: 100 });
    const jobId = fixture.create({ Priority: 1 });
    const operator = as(fixture, [
      {
        ...allow(["s3:PutJobTagging", "s3:DeleteJobTagging"], "*"),
        Condition: {
          NumericLessThan: { "s3:ExistingJobPriority": "10" },
          "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] },
        },
      },
    ]);
    const tag = (JobId: string, Key: string) =>
      control(fixture, operator, "PutJobTagging", { JobId, Tags: [{ Key, Value: "a" }] });
    tag(jobId, "team");
    control(fixture, operator, "DeleteJobTagging", { JobId: jobId });
    expect(errorOf(() => tag(jobId, "other")).code).to.equal("AccessDenied");
    expect(errorOf(() => tag(urgent, "team")).code).to.equal("AccessDenied");
  });

  it("may limit changes to jobs of one operation, and know nothing of a job that is not there", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.rules(rule());
    const JobId = fixture.create({ ConfirmationRequired: true });
    fixture.settle();
    const operator = as(fixture, [
      {
        ...allow("s3:UpdateJobStatus", "*"),
        Condition: { StringEquals: { "s3:ExistingJobOperation": "S3ReplicateObject" } },
      },
    ]);
    const update = (id: string) =>
      control(fixture, operator, "UpdateJobStatus", { JobId: id, RequestedJobStatus: "Ready" });
    expect(errorOf(() => update("00000-job")).code).to.equal("AccessDenied");
    expect(update(JobId)).to.include({ Status: "Ready" });
  });

  it("may be limited to one job by its ARN", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule());
    const [mine = "", other = ""] = [fixture.create(), fixture.create()];
    const arn = `arn:aws:s3:${SOURCE.region}:${SOURCE.accountId}:job/${mine}`;
    const operator = as(fixture, [allow("s3:DescribeJob", arn)]);
    const look = (JobId: string) => control(fixture, operator, "DescribeJob", { JobId });
    expect(look(mine)).to.have.nested.property("Job.JobArn", arn);
    expect(errorOf(() => look(other)).code).to.equal("AccessDenied");
  });

  it("obey an explicit deny", () => {
    const fixture = new BatchFixture();
    const operator = as(fixture, [allow("s3:*", "*"), deny("s3:ListJobs", "*")]);
    const error = errorOf(() => control(fixture, operator, "ListJobs", {}));
    expect(error.message).to.match(/with an explicit deny in an identity-based policy$/);
  });
});

describe("changes of a job check their members", () => {
  it("in the words of AWS's validation messages", () => {
    const fixture = new BatchFixture();
    const messageOf = (operation: string, input: object) => {
      const error = errorOf(() => fixture.control(operation, { JobId: "00000-job", ...input }));
      expect(error).to.include({ code: "BadRequestException", statusCode: 400 });
      return error.message;
    };
    expect(messageOf("DescribeJob", { JobId: "x!" })).to.match(
      /2 validation errors.*'jobId'.*length greater than or equal to 5; .*'jobId'.*pattern/,
    );
    for (const JobId of ["!abcdef", "abcdef!", "abc def"]) {
      expect(messageOf("DescribeJob", { JobId })).to.match(/'jobId'.*pattern/);
    }
    expect(
      messageOf("UpdateJobStatus", { RequestedJobStatus: "Active", StatusUpdateReason: "" }),
    ).to.match(/'requestedJobStatus'.*\[Cancelled, Ready\]; .*'statusUpdateReason'/);
    expect(messageOf("UpdateJobPriority", { Priority: -1 })).to.match(/'priority'/);
    expect(messageOf("UpdateJobStatus", {})).to.match(/'requestedJobStatus'.*must not be null/);
    const long = { RequestedJobStatus: "Cancelled", StatusUpdateReason: "x".repeat(257) };
    expect(messageOf("UpdateJobStatus", long)).to.match(/'statusUpdateReason'.*equal to 256/);
    for (const JobId of ["x".repeat(4), "x".repeat(37)]) {
      expect(messageOf("DescribeJob", { JobId })).to.match(/^1 validation error.*'jobId'/);
    }
    expect(messageOf("DescribeJob", { JobId: undefined })).to.match(/'jobId'.*must not be null/);
  });

  it("and keep the reason of a change of state, of up to 256 characters", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.rules(rule());
    const JobId = fixture.create({ ConfirmationRequired: true });
    const early = { JobId, RequestedJobStatus: "Ready", StatusUpdateReason: "too early" };
    const refused = errorOf(() => fixture.control("UpdateJobStatus", early));
    expect(refused).to.include({ code: "JobStatusException", statusCode: 400 });
    fixture.settle();
    const StatusUpdateReason = "x".repeat(256);
    const confirmed = { JobId, RequestedJobStatus: "Ready", StatusUpdateReason };
    const answer = { JobId, Status: "Ready", StatusUpdateReason };
    expect(fixture.control("UpdateJobStatus", confirmed)).to.deep.equal(answer);
    expect(fixture.describe(JobId).StatusUpdateReason).to.equal(StatusUpdateReason);
  });

  it("and take the caller's account for one that is not named, and no other for it", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule());
    const JobId = fixture.create();
    const { Job } = fixture.call(SOURCE, "s3control", "DescribeJob", { JobId });
    expect(Job.JobId).to.equal(JobId);
    const foreign = { JobId, AccountId: VAULT.accountId };
    const error = errorOf(() => fixture.call(SOURCE, "s3control", "DescribeJob", foreign));
    expect(error).to.include({ code: "AccessDenied", statusCode: 403 });
    expect(error.message).to.equal(foreignAccount().message);
    const anonymous: Principal = {
      kind: "anonymous",
      arn: "*",
      principalArn: "*",
      userId: "anonymous",
    };
    for (const input of [{ JobId }, { JobId, AccountId: SOURCE.accountId }]) {
      const call = { service: "s3control", operation: "DescribeJob", input } as const;
      const unnamed = errorOf(() =>
        fixture.world.invoke({ ...call, principal: anonymous, region: SOURCE.region }),
      );
      expect(unnamed.message).to.equal(foreignAccount().message);
    }
  });
});

describe("jobs are found", () => {
  it("in their own account and Region only", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule());
    const jobId = fixture.create();
    const elsewhere = { ...SOURCE, region: VAULT.region };
    for (const account of [VAULT, elsewhere]) {
      const error = errorOf(() => fixture.control("DescribeJob", { JobId: jobId }, account));
      expect(error).to.include({ code: "NotFoundException", statusCode: 404 });
      expect(fixture.control("ListJobs", {}, account).Jobs).to.deep.equal([]);
    }
    expect(fixture.describe(jobId)).to.deep.include({
      JobId: jobId,
      JobArn: `arn:aws:s3:${SOURCE.region}:${SOURCE.accountId}:job/${jobId}`,
      Operation: { S3ReplicateObject: {} },
      Priority: 10,
      RoleArn: BATCH_ROLE,
      ConfirmationRequired: false,
    });
  });

  it("newest first, by status, page by page", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.rules(rule());
    const ids = [1, 2, 3, 4, 5].map(() => fixture.create({ ConfirmationRequired: true }));
    fixture.settle();
    fixture.update(ids[2] ?? "", "Cancelled");
    const list = (input: object) => fixture.control("ListJobs", input);
    const idsOf = (answer: { Jobs: { JobId: string }[] }) => answer.Jobs.map(({ JobId }) => JobId);
    expect(idsOf(list({}))).to.deep.equal([...ids].reverse());
    expect(idsOf(list({ JobStatuses: ["Cancelled"] }))).to.deep.equal([ids[2]]);
    expect(list({ JobStatuses: ["Cancelled"] }).Jobs[0]).to.include({
      Operation: "S3ReplicateObject",
      Priority: 10,
      Status: "Cancelled",
    });
    const first = list({ MaxResults: 2 });
    const second = list({ MaxResults: 2, NextToken: first.NextToken });
    const third = list({ MaxResults: 2, NextToken: second.NextToken });
    expect([first, second, third].flatMap(idsOf)).to.deep.equal([...ids].reverse());
    expect(third.NextToken).to.equal(undefined);
    expect(errorOf(() => list({ NextToken: "?" })).code).to.equal("InvalidNextTokenException");
    expect(errorOf(() => list({ MaxResults: 1001 })).code).to.equal("InvalidRequestException");
  });

  it("with tags that can be replaced and taken away", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule());
    const JobId = fixture.create({ Tags: [{ Key: "a", Value: "1" }] });
    const tags = () => fixture.control("GetJobTagging", { JobId }).Tags;
    expect(tags()).to.deep.equal([{ Key: "a", Value: "1" }]);
    fixture.control("PutJobTagging", { JobId, Tags: [{ Key: "b", Value: "2" }] });
    expect(tags()).to.deep.equal([{ Key: "b", Value: "2" }]);
    fixture.control("DeleteJobTagging", { JobId });
    expect(tags()).to.deep.equal([]);
  });
});
