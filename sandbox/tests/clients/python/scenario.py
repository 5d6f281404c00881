"""The scenario of README.md with boto3, pointed at the sandbox by its environment alone."""

import os
import sys
import urllib.request
from datetime import datetime, timedelta, timezone

import boto3

ACCOUNT, REGION, ROLE_ARN = os.environ["ACCOUNT_ID"], os.environ["BUCKET_REGION"], os.environ["JOB_ROLE_ARN"]
BUCKET, DOTTED, KEY = "boto3-locked", "boto3.with.dots", os.environ["ODD_KEY"]
PART = b"p" * (5 * 1024 * 1024)

s3 = boto3.client("s3")
control = boto3.client("s3control")


def step(name, holds):
    if not holds:
        sys.exit(f"wrong: {name}")
    print(name, flush=True)


place = {"LocationConstraint": REGION}
s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=True)
lock = s3.get_object_lock_configuration(Bucket=BUCKET)
step("bucket", lock["ObjectLockConfiguration"]["ObjectLockEnabled"] == "Enabled")

s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"odd")
got = s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read()
listed = [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
step("object", got == b"odd" and listed == [KEY])

upload = {"Bucket": BUCKET, "Key": "parts"}
upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
parts = [
    {"PartNumber": number, "ETag": s3.upload_part(**upload, PartNumber=number, Body=body)["ETag"]}
    for number, body in ((1, PART), (2, b"end"))
]
s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
size = s3.head_object(Bucket=BUCKET, Key="parts")["ContentLength"]
step("multipart", size == len(PART) + 3)

url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": KEY})
with urllib.request.urlopen(url) as answer:
    step("presigned", answer.read() == b"odd")

until = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
s3.put_object_retention(Bucket=BUCKET, Key=KEY, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until})
retention = s3.get_object_retention(Bucket=BUCKET, Key=KEY)["Retention"]
step("retention", retention == {"Mode": "GOVERNANCE", "RetainUntilDate": until})

s3.create_bucket(Bucket=DOTTED, CreateBucketConfiguration=place)
s3.put_object(Bucket=DOTTED, Key="a/b", Body=b"dots")
step("dots", s3.get_object(Bucket=DOTTED, Key="a/b")["Body"].read() == b"dots")

manifest = s3.put_object(Bucket=BUCKET, Key="manifest.csv", Body=f"{BUCKET},parts\n".encode())
job = control.create_job(
    AccountId=ACCOUNT,
    ConfirmationRequired=True,
    ClientRequestToken="boto3",
    Priority=1,
    RoleArn=ROLE_ARN,
    Operation={"S3PutObjectLegalHold": {"LegalHold": {"Status": "ON"}}},
    Report={"Enabled": False},
    Manifest={
        "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key"]},
        "Location": {"ObjectArn": f"arn:aws:s3:::{BUCKET}/manifest.csv", "ETag": manifest["ETag"].strip('"')},
    },
)["JobId"]
described = control.describe_job(AccountId=ACCOUNT, JobId=job)["Job"]
step("create-job", described["JobId"] == job and described["ConfirmationRequired"])
step("list-jobs", job in [one["JobId"] for one in control.list_jobs(AccountId=ACCOUNT)["Jobs"]])
changed = control.update_job_status(AccountId=ACCOUNT, JobId=job, RequestedJobStatus="Cancelled")
step("update-job-status", changed["Status"] in ("Cancelling", "Cancelled"))
