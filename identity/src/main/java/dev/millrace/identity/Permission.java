package dev.millrace.identity;

/// What an operation asks of its caller.
public enum Permission {
    /// To see resources and metrics.
    READ,
    /// To call endpoints and fetch what became of the calls.
    INVOKE,
    /// To create, change and delete resources.
    OPERATE,
    /// To manage access keys.
    ADMINISTER
}
