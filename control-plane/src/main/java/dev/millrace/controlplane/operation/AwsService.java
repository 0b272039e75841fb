package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.operation.AwsErrors.AwsError;
import dev.millrace.invocation.ErrorCode;
import java.util.Arrays;
import java.util.Optional;

/// A service of AWS whose clients speak JSON at `POST /`.
public enum AwsService {
    SAGEMAKER("SageMaker", "application/x-amz-json-1.1"),
    APPLICATION_AUTO_SCALING("AnyScaleFrontendService", "application/x-amz-json-1.1"),
    CLOUD_WATCH("GraniteServiceVersion20100801", "application/x-amz-json-1.0");

    private final String targetPrefix;
    private final String contentType;

    AwsService(String targetPrefix, String contentType) {
        this.targetPrefix = targetPrefix;
        this.contentType = contentType;
    }

    /// The service that `X-Amz-Target` names before its last dot.
    public static Optional<AwsService> ofTarget(String prefix) {
        return Arrays.stream(values())
                .filter(service -> service.targetPrefix.equals(prefix))
                .findFirst();
    }

    public String targetPrefix() {
        return targetPrefix;
    }

    /// Of requests and answers.
    public String contentType() {
        return contentType;
    }

    /// Whether clients may call it in the protocol RPC v2 with CBOR, too.
    public boolean speaksCbor() {
        return this == CLOUD_WATCH;
    }

    public AwsError error(ErrorCode code) {
        return switch (this) {
            case SAGEMAKER -> AwsErrors.sageMaker(code);
            case APPLICATION_AUTO_SCALING -> AwsErrors.applicationAutoScaling(code);
            case CLOUD_WATCH -> AwsErrors.cloudWatch(code);
        };
    }

    /// The code of an error in the Query protocol that the service spoke before, for `x-amzn-query-error`:
    /// clients' code
    /// was written against those. Empty where there was no such protocol.
    public Optional<String> queryError(ErrorCode code) {
        return switch (this) {
            case SAGEMAKER, APPLICATION_AUTO_SCALING -> Optional.empty();
            case CLOUD_WATCH -> Optional.of(error(code).queryCode());
        };
    }
}
