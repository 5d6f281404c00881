#!/bin/sh
# Writes an AWS config file whose profiles take on the plan roles with the token of this run.
# Usage: aws-profiles.sh FOLDER SESSION; FOLDER/aws-token holds the token. The profiles are those that Pulumi.<stack>.yaml names.
set -eu
folder=$1
session=$2

profile() {
  printf '[profile %s]\nrole_arn = %s\nweb_identity_token_file = %s/aws-token\nrole_session_name = %s\nregion = %s\n\n' \
    "$1" "$2" "$folder" "$session" "$3"
}

umask 077
{
  profile source "$SOURCE_ROLE" "${SOURCE_REGION:-eu-west-1}"
  profile vault "$VAULT_ROLE" "${VAULT_REGION:-eu-central-1}"
} > "$folder/aws-config"
