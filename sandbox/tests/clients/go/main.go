// The scenario of README.md with the AWS SDK for Go, pointed at the sandbox by its environment alone.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	jobs "github.com/aws/aws-sdk-go-v2/service/s3control/types"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func step(name string, got, expected any) {
	if got != expected {
		log.Fatalf("wrong: %s: got %v", name, got)
	}
	fmt.Println(name)
}

func text(body io.ReadCloser) string {
	defer body.Close()
	return string(must(io.ReadAll(body)))
}

func main() {
	ctx := context.Background()
	settings := must(config.LoadDefaultConfig(ctx))
	client := s3.NewFromConfig(settings)
	account := aws.String(os.Getenv("ACCOUNT_ID"))
	bucket, dotted, key := aws.String("golang-locked"), aws.String("golang.with.dots"), aws.String(os.Getenv("ODD_KEY"))
	place := &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(os.Getenv("BUCKET_REGION"))}

	must(client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket, CreateBucketConfiguration: place, ObjectLockEnabledForBucket: aws.Bool(true)}))
	lock := must(client.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: bucket}))
	step("bucket", lock.ObjectLockConfiguration.ObjectLockEnabled, types.ObjectLockEnabledEnabled)

	must(client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: strings.NewReader("odd")}))
	got := text(must(client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key})).Body)
	listed := must(client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket})).Contents
	step("object", fmt.Sprint(got, len(listed), *listed[0].Key), fmt.Sprint("odd", 1, *key))

	parts := aws.String("parts")
	upload := must(client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: parts})).UploadId
	whole := &types.CompletedMultipartUpload{}
	for index, body := range [][]byte{bytes.Repeat([]byte("p"), 5<<20), []byte("end")} {
		number := aws.Int32(int32(index + 1))
		part := must(client.UploadPart(ctx, &s3.UploadPartInput{Bucket: bucket, Key: parts, UploadId: upload, PartNumber: number, Body: bytes.NewReader(body)}))
		whole.Parts = append(whole.Parts, types.CompletedPart{PartNumber: number, ETag: part.ETag})
	}
	must(client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: bucket, Key: parts, UploadId: upload, MultipartUpload: whole}))
	head := must(client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: parts}))
	step("multipart", *head.ContentLength, int64(5<<20+3))

	url := must(s3.NewPresignClient(client).PresignGetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key})).URL
	step("presigned", text(must(http.Get(url)).Body), "odd")

	until := time.Now().UTC().Truncate(time.Second).Add(24 * time.Hour)
	must(client.PutObjectRetention(ctx, &s3.PutObjectRetentionInput{Bucket: bucket, Key: key, Retention: &types.ObjectLockRetention{Mode: types.ObjectLockRetentionModeGovernance, RetainUntilDate: &until}}))
	retention := must(client.GetObjectRetention(ctx, &s3.GetObjectRetentionInput{Bucket: bucket, Key: key})).Retention
	step("retention", retention.RetainUntilDate.Equal(until), true)

	must(client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: dotted, CreateBucketConfiguration: place}))
	must(client.PutObject(ctx, &s3.PutObjectInput{Bucket: dotted, Key: aws.String("a/b"), Body: strings.NewReader("dots")}))
	step("dots", text(must(client.GetObject(ctx, &s3.GetObjectInput{Bucket: dotted, Key: aws.String("a/b")})).Body), "dots")

	manifest := must(client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("manifest.csv"), Body: strings.NewReader(*bucket + ",parts\n")}))
	control := s3control.NewFromConfig(settings)
	job := must(control.CreateJob(ctx, &s3control.CreateJobInput{
		AccountId:            account,
		ConfirmationRequired: aws.Bool(true),
		Priority:             aws.Int32(1),
		RoleArn:              aws.String(os.Getenv("JOB_ROLE_ARN")),
		Operation:            &jobs.JobOperation{S3PutObjectLegalHold: &jobs.S3SetObjectLegalHoldOperation{LegalHold: &jobs.S3ObjectLockLegalHold{Status: jobs.S3ObjectLockLegalHoldStatusOn}}},
		Report:               &jobs.JobReport{Enabled: false},
		Manifest: &jobs.JobManifest{
			Spec:     &jobs.JobManifestSpec{Format: jobs.JobManifestFormatS3BatchOperationsCsv20180820, Fields: []jobs.JobManifestFieldName{jobs.JobManifestFieldNameBucket, jobs.JobManifestFieldNameKey}},
			Location: &jobs.JobManifestLocation{ObjectArn: aws.String("arn:aws:s3:::" + *bucket + "/manifest.csv"), ETag: aws.String(strings.Trim(*manifest.ETag, `"`))},
		},
	})).JobId
	described := must(control.DescribeJob(ctx, &s3control.DescribeJobInput{AccountId: account, JobId: job})).Job
	step("create-job", *described.JobId, *job)
	found := false
	for _, one := range must(control.ListJobs(ctx, &s3control.ListJobsInput{AccountId: account})).Jobs {
		found = found || *one.JobId == *job
	}
	step("list-jobs", found, true)
	changed := must(control.UpdateJobStatus(ctx, &s3control.UpdateJobStatusInput{AccountId: account, JobId: job, RequestedJobStatus: jobs.RequestedJobStatusCancelled}))
	step("update-job-status", strings.HasPrefix(string(changed.Status), "Cancel"), true)
}
