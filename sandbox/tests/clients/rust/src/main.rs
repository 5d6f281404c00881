//! The scenario of README.md with the AWS SDK for Rust, pointed at the sandbox by its environment alone.
use std::env::var;
use std::fmt::Debug;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{
    BucketLocationConstraint, CompletedMultipartUpload, CompletedPart, CreateBucketConfiguration,
    ObjectLockRetention, ObjectLockRetentionMode,
};
use aws_sdk_s3::Client;
use aws_sdk_s3control::types::{
    JobManifest, JobManifestFieldName, JobManifestFormat, JobManifestLocation, JobManifestSpec,
    JobOperation, JobReport, RequestedJobStatus, S3ObjectLockLegalHold,
    S3ObjectLockLegalHoldStatus, S3SetObjectLegalHoldOperation,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const BUCKET: &str = "rust-locked";
const DOTTED: &str = "rust.with.dots";

fn step<T: PartialEq + Debug>(name: &str, got: T, expected: T) {
    assert_eq!(got, expected, "{name}");
    println!("{name}");
}

async fn text(client: &Client, bucket: &str, key: &str) -> Result<String, Box<dyn std::error::Error>> {
    let answer = client.get_object().bucket(bucket).key(key).send().await?;
    Ok(String::from_utf8(answer.body.collect().await?.to_vec())?)
}

/// What a client without an SDK gets at a URL of the sandbox.
fn fetched(url: &str) -> Result<String, Box<dyn std::error::Error>> {
    let (host, target) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).ok_or("no URL")?;
    let mut stream = TcpStream::connect(host)?;
    write!(stream, "GET /{target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.split_once("\r\n\r\n").ok_or("no body")?.1.to_string())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let s3 = Client::new(&config);
    objects(&s3).await?;
    jobs(&s3, &aws_sdk_s3control::Client::new(&config)).await
}

async fn objects(s3: &Client) -> Outcome {
    let key = var("ODD_KEY")?;
    let region = BucketLocationConstraint::from(var("BUCKET_REGION")?.as_str());
    let place = CreateBucketConfiguration::builder().location_constraint(region).build();
    let create = s3.create_bucket().bucket(BUCKET).object_lock_enabled_for_bucket(true);
    create.create_bucket_configuration(place.clone()).send().await?;
    let lock = s3.get_object_lock_configuration().bucket(BUCKET).send().await?;
    let lock = lock.object_lock_configuration().and_then(|one| one.object_lock_enabled());
    step("bucket", lock.map(|one| one.as_str()), Some("Enabled"));

    let put = s3.put_object().bucket(BUCKET).key(&key);
    put.body(ByteStream::from_static(b"odd")).send().await?;
    let listed = s3.list_objects_v2().bucket(BUCKET).send().await?;
    let keys: Vec<_> = listed.contents().iter().filter_map(|one| one.key()).collect();
    step("object", (text(s3, BUCKET, &key).await?.as_str(), keys), ("odd", vec![key.as_str()]));

    let upload = s3.create_multipart_upload().bucket(BUCKET).key("parts").send().await?;
    let id = upload.upload_id().ok_or("no upload id")?;
    let mut whole = CompletedMultipartUpload::builder();
    for (number, body) in [(1, vec![b'p'; 5 << 20]), (2, b"end".to_vec())] {
        let part = s3.upload_part().bucket(BUCKET).key("parts").upload_id(id).part_number(number);
        let part = part.body(ByteStream::from(body)).send().await?;
        whole = whole.parts(
            CompletedPart::builder()
                .part_number(number)
                .set_e_tag(part.e_tag().map(String::from))
                .build(),
        );
    }
    let complete = s3.complete_multipart_upload().bucket(BUCKET).key("parts").upload_id(id);
    complete.multipart_upload(whole.build()).send().await?;
    let head = s3.head_object().bucket(BUCKET).key("parts").send().await?;
    step("multipart", head.content_length(), Some((5 << 20) + 3));

    let expiry = PresigningConfig::expires_in(Duration::from_secs(300))?;
    let url = s3.get_object().bucket(BUCKET).key(&key).presigned(expiry).await?;
    step("presigned", fetched(url.uri())?.as_str(), "odd");

    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() as i64;
    let until = DateTime::from_secs(now + 86_400);
    let retention = ObjectLockRetention::builder()
        .mode(ObjectLockRetentionMode::Governance)
        .retain_until_date(until)
        .build();
    s3.put_object_retention().bucket(BUCKET).key(&key).retention(retention.clone()).send().await?;
    let retained = s3.get_object_retention().bucket(BUCKET).key(&key).send().await?;
    step("retention", retained.retention(), Some(&retention));

    s3.create_bucket().bucket(DOTTED).create_bucket_configuration(place).send().await?;
    let put = s3.put_object().bucket(DOTTED).key("a/b");
    put.body(ByteStream::from_static(b"dots")).send().await?;
    step("dots", text(s3, DOTTED, "a/b").await?.as_str(), "dots");
    Ok(())
}

async fn jobs(s3: &Client, control: &aws_sdk_s3control::Client) -> Outcome {
    let account = var("ACCOUNT_ID")?;
    let put = s3.put_object().bucket(BUCKET).key("manifest.csv");
    let manifest = put.body(ByteStream::from(format!("{BUCKET},parts\n").into_bytes())).send().await?;
    let spec = JobManifestSpec::builder()
        .format(JobManifestFormat::S3BatchOperationsCsv20180820)
        .fields(JobManifestFieldName::Bucket)
        .fields(JobManifestFieldName::Key)
        .build()?;
    let location = JobManifestLocation::builder()
        .object_arn(format!("arn:aws:s3:::{BUCKET}/manifest.csv"))
        .e_tag(manifest.e_tag().ok_or("no ETag")?.trim_matches('"'))
        .build()?;
    let hold = S3ObjectLockLegalHold::builder().status(S3ObjectLockLegalHoldStatus::On).build()?;
    let hold = S3SetObjectLegalHoldOperation::builder().legal_hold(hold).build();
    let created = control
        .create_job()
        .account_id(&account)
        .confirmation_required(true)
        .priority(1)
        .role_arn(var("JOB_ROLE_ARN")?)
        .operation(JobOperation::builder().s3_put_object_legal_hold(hold).build())
        .report(JobReport::builder().enabled(false).build())
        .manifest(JobManifest::builder().spec(spec).location(location).build())
        .send()
        .await?;
    let job = created.job_id().ok_or("no job id")?;
    let described = control.describe_job().account_id(&account).job_id(job).send().await?;
    step("create-job", described.job().and_then(|one| one.job_id()), Some(job));
    let listed = control.list_jobs().account_id(&account).send().await?;
    step("list-jobs", listed.jobs().iter().any(|one| one.job_id() == Some(job)), true);
    let update = control.update_job_status().account_id(&account).job_id(job);
    let changed = update.requested_job_status(RequestedJobStatus::Cancelled).send().await?;
    let status = changed.status().map(|one| one.as_str().starts_with("Cancel"));
    step("update-job-status", status, Some(true));
    Ok(())
}
