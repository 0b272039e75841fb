package dev.millrace.queue;

import java.util.concurrent.CompletionStage;

/// Takes the records of intake topics.
@FunctionalInterface
public interface IntakeHandler {
    /// Begins to take a record; must not block. Records are taken side by side, and one may be given again,
    /// flagged as
    /// a
    /// possible repeat.
    ///
    /// The record is done when the stage ends. When it fails with a code that is transient the record comes
    /// again after
    /// a
    /// backoff; with any other it goes to the dead letters with the message as the reason.
    CompletionStage<?> take(IntakeRecord record);
}
