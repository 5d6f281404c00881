#!/bin/sh
# The scenario of README.md with the AWS CLI, pointed at the sandbox by its environment alone.
# The first argument is the folder with `aws` and `python`.
set -eu
PATH="$1:$PATH"
bucket=aws-cli-locked dotted=aws-cli.with.dots
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

step() { # NAME GOT EXPECTED
  [ "$2" = "$3" ] || { echo "wrong: $1: got $2" >&2; exit 1; }
  echo "$1"
}
ask() { aws --output text "$@"; }
place="LocationConstraint=$BUCKET_REGION"
printf odd > "$folder/odd"

aws s3api create-bucket --bucket $bucket --create-bucket-configuration "$place" --object-lock-enabled-for-bucket > /dev/null
step bucket "$(ask s3api get-object-lock-configuration --bucket $bucket --query ObjectLockConfiguration.ObjectLockEnabled)" Enabled

aws s3 cp --quiet "$folder/odd" "s3://$bucket/$ODD_KEY"
step object "$(aws s3 cp "s3://$bucket/$ODD_KEY" -)$(ask s3api list-objects-v2 --bucket $bucket --query 'Contents[].Key')" "odd$ODD_KEY"

# `aws s3 cp` uploads what is over 8 MB in parts.
head -c 9000000 /dev/zero > "$folder/parts"
aws s3 cp --quiet "$folder/parts" "s3://$bucket/parts"
step multipart "$(ask s3api get-object-attributes --bucket $bucket --key parts --object-attributes ObjectSize ObjectParts --query '[ObjectSize,ObjectParts.TotalPartsCount]')" "9000000	2"

url=$(aws s3 presign "s3://$bucket/$ODD_KEY")
step presigned "$(python -c 'import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())' "$url")" odd

until=$(python -c 'from datetime import *; print((datetime.now(timezone.utc) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ"))')
aws s3api put-object-retention --bucket $bucket --key "$ODD_KEY" --retention "Mode=GOVERNANCE,RetainUntilDate=$until"
step retention "$(ask s3api get-object-retention --bucket $bucket --key "$ODD_KEY" --query Retention.Mode)" GOVERNANCE

aws s3 mb "s3://$dotted" > /dev/null
aws s3 cp --quiet "$folder/odd" "s3://$dotted/a/b"
step dots "$(aws s3 cp "s3://$dotted/a/b" -)" odd

printf '%s,parts\n' $bucket > "$folder/manifest.csv"
etag=$(ask s3api put-object --bucket $bucket --key manifest.csv --body "$folder/manifest.csv" --query ETag | tr -d '"')
job=$(ask s3control create-job --account-id "$ACCOUNT_ID" --confirmation-required --priority 1 --role-arn "$JOB_ROLE_ARN" \
  --operation '{"S3PutObjectLegalHold":{"LegalHold":{"Status":"ON"}}}' --report Enabled=false \
  --manifest "{\"Spec\":{\"Format\":\"S3BatchOperations_CSV_20180820\",\"Fields\":[\"Bucket\",\"Key\"]},\"Location\":{\"ObjectArn\":\"arn:aws:s3:::$bucket/manifest.csv\",\"ETag\":\"$etag\"}}" \
  --query JobId)
step create-job "$(ask s3control describe-job --account-id "$ACCOUNT_ID" --job-id "$job" --query Job.JobId)" "$job"
step list-jobs "$(ask s3control list-jobs --account-id "$ACCOUNT_ID" --query "Jobs[?JobId=='$job'].JobId")" "$job"
aws s3control update-job-status --account-id "$ACCOUNT_ID" --job-id "$job" --requested-job-status Cancelled > /dev/null
status=$(ask s3control describe-job --account-id "$ACCOUNT_ID" --job-id "$job" --query Job.Status)
step update-job-status "${status%ling}" "$(case $status in Cancelling) echo Cancel ;; *) echo Cancelled ;; esac)"
