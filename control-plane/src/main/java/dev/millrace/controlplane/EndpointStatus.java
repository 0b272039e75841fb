package dev.millrace.controlplane;

/// Where an endpoint stands, in the API's words.
public enum EndpointStatus {
    OUT_OF_SERVICE("OutOfService"),
    CREATING("Creating"),
    UPDATING("Updating"),
    SYSTEM_UPDATING("SystemUpdating"),
    ROLLING_BACK("RollingBack"),
    IN_SERVICE("InService"),
    DELETING("Deleting"),
    FAILED("Failed"),
    UPDATE_ROLLBACK_FAILED("UpdateRollbackFailed");

    private final String wireName;

    EndpointStatus(String wireName) {
        this.wireName = wireName;
    }

    /// The value of `EndpointStatus`.
    public String wireName() {
        return wireName;
    }
}
