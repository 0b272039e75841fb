package dev.millrace.gateway.http;

import dev.millrace.controlplane.Arns;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.Reply;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Answers of real-time calls that the model did not serve, in the words that SageMaker's users match on.
final class ModelErrors {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MAX_ORIGINAL_MESSAGE = 4096;
    private static final String CONTAINER = "primary";
    private static final String TIMED_OUT = "Your invocation timed out while waiting for a response from container "
            + CONTAINER
            + ". Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.";

    private final Arns arns;

    ModelErrors(Arns arns) {
        this.arns = arns;
    }

    Answer of(EndpointName endpoint, Reply.Failure failure) {
        return switch (failure.code()) {
            case MODEL_ERROR, MODEL_CRASHED -> modelError(endpoint, failure.originalStatusCode(), failure.message());
            case MODEL_TIMEOUT, REQUEST_EXPIRED -> timedOut(endpoint);
            case VALIDATION_ERROR,
                    UNAUTHENTICATED,
                    INCOMPLETE_SIGNATURE,
                    UNKNOWN_ACCESS_KEY,
                    SESSION_EXPIRED,
                    SIGNATURE_MISMATCH,
                    SIGNATURE_EXPIRED,
                    ACCESS_DENIED,
                    ENDPOINT_NOT_FOUND,
                    RESOURCE_NOT_FOUND,
                    RESOURCE_CONFLICT,
                    CONFLICT,
                    RESOURCE_LIMIT_EXCEEDED,
                    MALFORMED_REQUEST,
                    INVALID_PARAMETER,
                    INVALID_PARAMETER_COMBINATION,
                    MISSING_PARAMETER,
                    INVALID_FORMAT,
                    INVALID_NEXT_TOKEN,
                    TAG_LIMIT_EXCEEDED,
                    TAGGED_RESOURCE_NOT_FOUND,
                    UNKNOWN_OPERATION,
                    INVOCATION_NOT_FOUND,
                    OUTPUT_NOT_FOUND,
                    OUTPUT_GONE,
                    IDEMPOTENCY_CONFLICT,
                    PAYLOAD_TOO_LARGE,
                    INPUT_NOT_FOUND,
                    ENDPOINT_DELETED,
                    BACKLOG_FULL,
                    INTERNAL_FAILURE,
                    SERVICE_UNAVAILABLE,
                    STORAGE_FULL ->
                ErrorAnswers.of(Api.RUNTIME, failure.code(), failure.code().status(), failure.message());
        };
    }

    /// The model did not answer while the caller waited.
    Answer timedOut(EndpointName endpoint) {
        return modelError(endpoint, 0, TIMED_OUT);
    }

    private Answer modelError(EndpointName endpoint, int originalStatus, String originalMessage) {
        String original = originalMessage.length() > MAX_ORIGINAL_MESSAGE
                ? originalMessage.substring(0, MAX_ORIGINAL_MESSAGE)
                : originalMessage;
        boolean isClientError = originalStatus >= 400 && originalStatus < 500;
        String group = "/aws/sagemaker/Endpoints/" + endpoint;
        String region = arns.region();
        ObjectNode body = JSON.createObjectNode()
                .put("ErrorCode", isClientError ? "CLIENT_ERROR_FROM_MODEL" : "SERVER_ERROR_FROM_MODEL")
                .put("LogStreamArn", "arn:aws:logs:" + region + ":" + arns.account() + ":log-group:" + group)
                .put(
                        "Message",
                        "Received " + (isClientError ? "client" : "server") + " error (" + originalStatus + ") from "
                                + CONTAINER + " with message \"" + original + "\". See https://" + region
                                + ".console.aws.amazon.com/cloudwatch/home?region=" + region
                                + "#logEventViewer:group=" + group + " in account " + arns.account()
                                + " for more information.")
                .put("OriginalMessage", original)
                .put("OriginalStatusCode", originalStatus);
        return Answer.json(ErrorCode.MODEL_ERROR.status(), JSON.writeValueAsBytes(body))
                .with("x-amzn-ErrorType", "ModelError");
    }
}
