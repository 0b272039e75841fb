package dev.millrace.notifier;

import dev.millrace.outbound.OutboundAnswer;

/// What a receiver's answer means for a delivery.
final class Verdicts {
    private static final int GONE = 410;
    private static final int TOO_MANY_REQUESTS = 429;

    private Verdicts() {}

    /// As Standard Webhooks recommends: only 410 says that nothing more is wanted.
    static Attempt ofWebhook(OutboundAnswer answer) {
        return of(answer, false);
    }

    /// As SNS: what the receiver calls the sender's mistake is not sent again, save 429.
    static Attempt ofSubscriber(OutboundAnswer answer) {
        return of(answer, true);
    }

    private static Attempt of(OutboundAnswer answer, boolean isClientErrorFinal) {
        return switch (answer) {
            case OutboundAnswer.Answered answered when answered.isSuccess() -> new Attempt.Taken();
            case OutboundAnswer.Answered answered
            when answered.statusCode() == GONE -> new Attempt.Refused("answered 410: wants no more");
            case OutboundAnswer.Answered answered
            when isClientErrorFinal && isClientError(answered.statusCode()) ->
                new Attempt.Refused("answered " + answered.statusCode());
            case OutboundAnswer.Answered answered ->
                new Attempt.Failed("answered " + answered.statusCode(), answered.retryAfter());
            case OutboundAnswer.NotReached(String reason) -> new Attempt.Failed(reason, null);
            case OutboundAnswer.Forbidden(String reason) -> new Attempt.Failed(reason, null);
        };
    }

    private static boolean isClientError(int status) {
        return status >= 400 && status < 500 && status != TOO_MANY_REQUESTS;
    }
}
