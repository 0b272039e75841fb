package dev.millrace.controller;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Waits for the stages that sending returns.
final class Stages {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Stages() {}

    /// What the stage ends with.
    ///
    /// @throws PlatformException the stage's own; `SERVICE_UNAVAILABLE` when it does not end in time or the
    ///     waiting
    ///     thread is interrupted
    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PlatformException failure
                    ? failure
                    : new PlatformException(ErrorCode.INTERNAL_FAILURE, "sending failed", e.getCause());
        } catch (TimeoutException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the broker did not answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the controller is stopping", e);
        }
    }
}
