package dev.millrace.embedded.store;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Refusals as S3 answers them; S3Proxy writes code, status and message as they are here.
final class S3Errors {
    private S3Errors() {}

    static RuntimeException storageFull() {
        return of(507, "StorageFull", "The volume has no room for this object");
    }

    static RuntimeException preconditionFailed() {
        return of(412, "PreconditionFailed", "At least one of the preconditions you specified did not hold");
    }

    static RuntimeException noSuchUpload() {
        return of(404, "NoSuchUpload", "The upload does not exist, or was given up when the store restarted");
    }

    static RuntimeException tooManyUploads() {
        return of(503, "SlowDown", "Too many multipart uploads are open");
    }

    static RuntimeException busy() {
        return of(503, "SlowDown", "Too many bodies with a signed hash are being received");
    }

    static RuntimeException invalidKey(String why) {
        return of(400, "InvalidArgument", why);
    }

    static RuntimeException keyTooLong() {
        return of(400, "KeyTooLongError", "A part of the key between slashes is longer than 255 bytes");
    }

    static RuntimeException keyInTheWay() {
        return of(409, "OperationAborted", "The key is a folder of other keys, or goes through another key");
    }

    private static RuntimeException of(int status, String code, String message) {
        return S3Exception.builder()
                .statusCode(status)
                .message(message)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .serviceName("S3")
                        .build())
                .build();
    }
}
