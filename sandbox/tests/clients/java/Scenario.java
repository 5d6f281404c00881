import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3control.S3ControlClient;
import software.amazon.awssdk.services.s3control.model.JobManifestFieldName;
import software.amazon.awssdk.services.s3control.model.JobManifestFormat;
import software.amazon.awssdk.services.s3control.model.RequestedJobStatus;
import software.amazon.awssdk.services.s3control.model.S3ObjectLockLegalHoldStatus;

/** The scenario of README.md with the AWS SDK for Java, pointed at the sandbox by its environment alone. */
public class Scenario {
  static final String BUCKET = "java-locked";
  static final String DOTTED = "java.with.dots";
  static final String ACCOUNT = System.getenv("ACCOUNT_ID");
  static final String REGION = System.getenv("BUCKET_REGION");
  static final String KEY = System.getenv("ODD_KEY");

  static void step(String name, Object got, Object expected) {
    if (!Objects.equals(got, expected)) throw new AssertionError(name + ": got " + got);
    System.out.println(name);
  }

  public static void main(String[] arguments) throws Exception {
    try (var s3 = S3Client.create(); var control = S3ControlClient.create()) {
      objects(s3);
      jobs(s3, control);
    }
  }

  static void objects(S3Client s3) throws Exception {
    s3.createBucket(b -> b.bucket(BUCKET).objectLockEnabledForBucket(true)
        .createBucketConfiguration(c -> c.locationConstraint(REGION)));
    var lock = s3.getObjectLockConfiguration(b -> b.bucket(BUCKET)).objectLockConfiguration();
    step("bucket", lock.objectLockEnabledAsString(), "Enabled");

    s3.putObject(b -> b.bucket(BUCKET).key(KEY), RequestBody.fromString("odd"));
    var got = s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY)).asUtf8String();
    var keys = s3.listObjectsV2(b -> b.bucket(BUCKET)).contents().stream().map(o -> o.key()).toList();
    step("object", got + keys, "odd" + List.of(KEY));

    var upload = s3.createMultipartUpload(b -> b.bucket(BUCKET).key("parts")).uploadId();
    var part = new byte[5 * 1024 * 1024];
    Arrays.fill(part, (byte) 'p');
    var parts = new ArrayList<CompletedPart>();
    for (var body : List.of(part, "end".getBytes())) {
      var number = parts.size() + 1;
      var answer = s3.uploadPart(
          b -> b.bucket(BUCKET).key("parts").uploadId(upload).partNumber(number), RequestBody.fromBytes(body));
      parts.add(CompletedPart.builder().partNumber(number).eTag(answer.eTag()).build());
    }
    s3.completeMultipartUpload(
        b -> b.bucket(BUCKET).key("parts").uploadId(upload).multipartUpload(m -> m.parts(parts)));
    step("multipart", s3.headObject(b -> b.bucket(BUCKET).key("parts")).contentLength(), part.length + 3L);

    try (var presigner = S3Presigner.create()) {
      var url = presigner.presignGetObject(p -> p.signatureDuration(Duration.ofMinutes(5))
          .getObjectRequest(b -> b.bucket(BUCKET).key(KEY))).url();
      var request = HttpRequest.newBuilder(URI.create(url.toString())).build();
      step("presigned", HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body(), "odd");
    }

    var until = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(1));
    s3.putObjectRetention(b -> b.bucket(BUCKET).key(KEY)
        .retention(r -> r.mode(ObjectLockRetentionMode.GOVERNANCE).retainUntilDate(until)));
    var retention = s3.getObjectRetention(b -> b.bucket(BUCKET).key(KEY)).retention();
    step("retention", retention.retainUntilDate(), until);

    s3.createBucket(b -> b.bucket(DOTTED).createBucketConfiguration(c -> c.locationConstraint(REGION)));
    s3.putObject(b -> b.bucket(DOTTED).key("a/b"), RequestBody.fromString("dots"));
    step("dots", s3.getObjectAsBytes(b -> b.bucket(DOTTED).key("a/b")).asUtf8String(), "dots");
  }

  static void jobs(S3Client s3, S3ControlClient control) {
    var manifest = s3.putObject(
        b -> b.bucket(BUCKET).key("manifest.csv"), RequestBody.fromString(BUCKET + ",parts\n"));
    var job = control.createJob(b -> b.accountId(ACCOUNT).confirmationRequired(true).priority(1)
        .roleArn(System.getenv("JOB_ROLE_ARN"))
        .operation(o -> o.s3PutObjectLegalHold(h -> h.legalHold(l -> l.status(S3ObjectLockLegalHoldStatus.ON))))
        .report(r -> r.enabled(false))
        .manifest(m -> m
            .spec(s -> s.format(JobManifestFormat.S3_BATCH_OPERATIONS_CSV_20180820)
                .fields(JobManifestFieldName.BUCKET, JobManifestFieldName.KEY))
            .location(l -> l.objectArn("arn:aws:s3:::" + BUCKET + "/manifest.csv")
                .eTag(manifest.eTag().replace("\"", ""))))).jobId();
    step("create-job", control.describeJob(b -> b.accountId(ACCOUNT).jobId(job)).job().jobId(), job);
    var listed = control.listJobs(b -> b.accountId(ACCOUNT)).jobs();
    step("list-jobs", listed.stream().anyMatch(one -> one.jobId().equals(job)), true);
    var changed = control.updateJobStatus(
        b -> b.accountId(ACCOUNT).jobId(job).requestedJobStatus(RequestedJobStatus.CANCELLED));
    step("update-job-status", changed.statusAsString().startsWith("Cancel"), true);
  }
}
