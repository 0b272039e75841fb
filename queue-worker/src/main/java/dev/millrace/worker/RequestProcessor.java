package dev.millrace.worker;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.PlatformException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes one acquired request to its outcome; whatever happens, there is one. Thread-safe; each call runs
/// on the
/// request's own virtual thread.
final class RequestProcessor {
    private static final Logger LOGGER = LoggerFactory.getLogger(RequestProcessor.class);

    private final AsynchronousCalls asynchronous;
    private final RealTimeCalls realTime;
    private final Endings endings;

    RequestProcessor(AsynchronousCalls asynchronous, RealTimeCalls realTime, Endings endings) {
        this.asynchronous = asynchronous;
        this.realTime = realTime;
        this.endings = endings;
    }

    /// The outcome, with everything written and published that it implies.
    Outcome process(Hold hold) {
        hold.enter(Hold.Phase.RUNNING);
        try {
            return switch (hold.request().delivery()) {
                case Delivery.Asynchronous delivery -> asynchronous(hold, delivery);
                case Delivery.RealTime delivery -> realTime.process(hold, delivery);
            };
        } catch (LockLostException _) {
            LOGGER.atInfo()
                    .addKeyValue("invocationId", hold.id())
                    .addKeyValue("deliveryCount", hold.deliveryCount())
                    .log("the record was given to another worker");
            return new Outcome.LockLost();
        } catch (InterruptedException _) {
            return new Outcome.Drained();
        } catch (RuntimeException e) {
            logBug(hold, e);
            // Given back: what cannot even be failed ends as a dead letter, and there as a failure.
            return new Outcome.Drained();
        }
    }

    private Outcome asynchronous(Hold hold, Delivery.Asynchronous delivery) throws InterruptedException {
        try {
            return asynchronous.process(hold, delivery);
        } catch (LockLostException | PlatformException e) {
            throw e;
        } catch (RuntimeException e) {
            logBug(hold, e);
            return endings.failed(hold, delivery, ErrorCode.INTERNAL_FAILURE, "unexpected failure");
        }
    }

    private static void logBug(Hold hold, RuntimeException failure) {
        LOGGER.atError()
                .addKeyValue("invocationId", hold.id())
                .addKeyValue("endpoint", hold.request().endpoint())
                .setCause(failure)
                .log("unexpected failure");
    }
}
