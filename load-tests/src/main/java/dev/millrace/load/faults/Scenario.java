package dev.millrace.load.faults;

/// One fault under load.
public interface Scenario {
    /// The row of the table of faults, such as `R-01`.
    String id();

    /// What is broken, in a few words.
    String title();

    /// Puts load on, injects the fault and says what must hold beyond the invariants.
    ///
    /// Leaves mending and the check of the history to its caller.
    void run(Stage stage) throws Exception;
}
