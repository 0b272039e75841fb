package dev.millrace.gateway.http;

import dev.millrace.controlplane.operation.AwsService;

/// Which API a request speaks; decides the shape of its errors.
sealed interface Api {
    Api RUNTIME = new SageMakerRuntime();
    /// Of whatever calls `POST /` without naming a service that there is.
    Api CONTROL_PLANE = new AwsJson(AwsService.SAGEMAKER);

    Api MILLRACE = new Millrace();

    /// SageMaker Runtime: `POST /endpoints/…`.
    record SageMakerRuntime() implements Api {}

    /// One of AWS's services as JSON at `POST /`.
    record AwsJson(AwsService service) implements Api {}

    /// One of them in the protocol RPC v2 with CBOR.
    record AwsCbor(AwsService service) implements Api {}

    /// Millrace's own routes.
    record Millrace() implements Api {}
}
