package dev.millrace.controlplane;

/// Where an inference component stands, in the API's words.
public enum ComponentStatus {
    IN_SERVICE("InService"),
    CREATING("Creating"),
    UPDATING("Updating"),
    FAILED("Failed"),
    DELETING("Deleting");

    private final String wireName;

    ComponentStatus(String wireName) {
        this.wireName = wireName;
    }

    /// The value of `InferenceComponentStatus`.
    public String wireName() {
        return wireName;
    }
}
