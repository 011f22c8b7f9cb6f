"""Deploys the real template.yaml into ministack: packaged as `sam deploy` does it, transformed, created as one stack."""
import json
import os
import platform

import boto3
from botocore.config import Config
from botocore.exceptions import WaiterError
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

import http_api
import packages
import settings

STACK = settings.PREFIX
BUCKET = f"{settings.PREFIX}-deploy"


def _parameters(cloud):
    """What differs from the template's defaults here. People try logging in again and again, and scripts do it all at once."""
    return {
        "Prefix": settings.PREFIX,
        "Build": "local",
        "Architecture": "x86_64" if platform.machine() == "x86_64" else "arm64",
        "SecretsId": settings.SECRETS_ID,
        "BotSecretsId": settings.BOT_SECRETS_ID,
        "EmailFrom": settings.EMAIL_FROM,
        "EmailIdentity": settings.EMAIL_FROM,
        "MailsPerSecond": "100",
        "TelegramApiUrl": f"{cloud.outside}/telegram",
        "RateLimits": "login=100/60",
        "RetryBaseSeconds": "1",
        "PublicUrl": base_url(cloud),
        "CdnUrl": f"{cloud.outside}/cdn",
        "DeletionProtection": "false",
        "LogRetentionDays": "1",
    }


def base_url(cloud):
    """Where ministack serves the API."""
    return f"{cloud.endpoint}/_aws/execute-api/{http_api.API_ID}"


class DeployFailed(Exception):
    """The stack did not reach CREATE_COMPLETE."""


class _NoManagedPolicies:
    """SAM asks for the account's managed policies to turn names into ARNs; the template names none."""

    def load(self):
        return {}


def client(cloud, service):
    """An AWS client of this cloud."""
    return boto3.client(
        service, endpoint_url=cloud.endpoint, region_name=settings.REGION,
        aws_access_key_id=settings.ACCESS_KEY_ID, aws_secret_access_key=settings.SECRET_ACCESS_KEY,
        config=Config(retries={"total_max_attempts": 1}),
    )


def deploy(cloud, binaries):
    """Deploys everything; returns the stack's outputs, ApiUrl being where ministack serves the API."""
    for name, secret in {settings.SECRETS_ID: cloud.function_secrets, settings.BOT_SECRETS_ID: cloud.bot_secrets}.items():
        client(cloud, "secretsmanager").create_secret(Name=name, SecretString=json.dumps(secret))
    client(cloud, "sesv2").create_email_identity(EmailIdentity=settings.EMAIL_FROM)
    template = yaml_parse((settings.ROOT / "template.yaml").read_text())
    _package(cloud, template, binaries)
    os.environ["AWS_DEFAULT_REGION"] = settings.REGION  # SAM's transform reads it from nowhere else
    template = transform(template, _parameters(cloud), _NoManagedPolicies())
    http_api.complete(template)
    return {**_create_stack(cloud, template), "ApiUrl": base_url(cloud)}


def _package(cloud, template, binaries):
    """Uploads what the template names by local path and puts the S3 location there, like `sam package`."""
    s3 = client(cloud, "s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": settings.REGION})
    functions = [r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::Serverless::Function"]
    names = [function["CodeUri"].rstrip("/").rsplit("/", 1)[-1] for function in functions]
    zips = packages.build(names, binaries, cloud.dir / "packages")
    for name, function in zip(names, functions):
        s3.put_object(Bucket=BUCKET, Key=f"{name}.zip", Body=zips[name].read_bytes())
        function["CodeUri"] = {"Bucket": BUCKET, "Key": f"{name}.zip"}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::CloudFormation::Stack":
            nested = yaml_parse((settings.ROOT / resource["Properties"]["TemplateURL"]).read_text())
            s3.put_object(Bucket=BUCKET, Key=f"{name}.json", Body=json.dumps(nested).encode())
            resource["Properties"]["TemplateURL"] = f"{cloud.endpoint}/{BUCKET}/{name}.json"


def _create_stack(cloud, template):
    cloudformation = client(cloud, "cloudformation")
    # By way of S3, as `sam deploy` does it: a request takes only 51,200 bytes of template.
    client(cloud, "s3").put_object(Bucket=BUCKET, Key="template.json", Body=json.dumps(template).encode())
    cloudformation.create_stack(
        StackName=STACK, TemplateURL=f"{cloud.endpoint}/{BUCKET}/template.json", Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in _parameters(cloud).items()],
    )
    waiter = cloudformation.get_waiter("stack_create_complete")
    try:
        waiter.wait(StackName=STACK, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300})
    except WaiterError as error:
        events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        reasons = [f"{e['LogicalResourceId']}: {e['ResourceStatusReason']}" for e in events if e.get("ResourceStatusReason")]
        raise DeployFailed("\n".join(reasons) or str(error)) from error
    outputs = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}
