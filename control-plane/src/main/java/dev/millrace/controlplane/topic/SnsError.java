package dev.millrace.controlplane.topic;

/// Errors that only SNS has; what is wrong in other ways has a code of the platform.
public enum SnsError {
    PARAMETER_VALUE_INVALID("ParameterValueInvalid", 400),
    SUBSCRIPTION_LIMIT_EXCEEDED("SubscriptionLimitExceeded", 403),
    TAG_LIMIT_EXCEEDED("TagLimitExceeded", 400),
    EMPTY_BATCH_REQUEST("EmptyBatchRequest", 400),
    TOO_MANY_ENTRIES_IN_BATCH_REQUEST("TooManyEntriesInBatchRequest", 400),
    BATCH_ENTRY_IDS_NOT_DISTINCT("BatchEntryIdsNotDistinct", 400),
    BATCH_REQUEST_TOO_LONG("BatchRequestTooLong", 400),
    INVALID_BATCH_ENTRY_ID("InvalidBatchEntryId", 400);

    private final String code;
    private final int status;

    SnsError(String code, int status) {
        this.code = code;
        this.status = status;
    }

    /// As in `<Code>`.
    public String code() {
        return code;
    }

    public int status() {
        return status;
    }
}
