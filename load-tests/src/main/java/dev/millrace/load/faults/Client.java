package dev.millrace.load.faults;

import dev.millrace.load.harness.ApiClient;
import dev.millrace.load.harness.Wait;
import dev.millrace.load.history.History;
import dev.millrace.load.history.HistoryEntry;
import dev.millrace.load.history.HistoryEntry.Actor;
import dev.millrace.load.history.HistoryEntry.Op;
import dev.millrace.load.history.HistoryEntry.Result;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Makes calls and writes down each try. Thread-safe.
public final class Client {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final int TRIES = 200;

    private final ApiClient api;
    private final String endpoint;
    private final History history;

    public Client(ApiClient api, String endpoint, History history) {
        this.api = api;
        this.endpoint = endpoint;
        this.history = history;
    }

    /// Makes the call: once, or with an idempotency key until it is acknowledged or refused for good.
    ///
    /// @return the invocation id, or null when there is no 202
    public @Nullable String call(Call call) throws InterruptedException {
        if (call.webhookUrl() != null) {
            write(Instant.now(), call, Op.SUBSCRIBE, Result.OK, 1, null, null);
        }
        int tries = call.idempotencyKey() == null ? 1 : TRIES;
        for (int attempt = 1; attempt <= tries; attempt++) {
            Instant begun = Instant.now();
            Try tried = attempt(call);
            write(begun, call, Op.INVOKE, tried.result(), attempt, tried.invocationId(), tried.detail());
            if (tried.result() == Result.OK || tried.isFinal()) {
                return tried.invocationId();
            }
            Wait.pause(tried.pause());
        }
        return null;
    }

    /// @param isFinal whether another try would end the same
    /// @param pause before the next one: what the answer asks for
    private record Try(Result result, @Nullable String invocationId, String detail, boolean isFinal, Duration pause) {}

    private Try attempt(Call call) throws InterruptedException {
        try {
            HttpResponse<String> answer =
                    api.invokeAsync(endpoint, call.headers(), BodyPublishers.ofByteArray(call.body()), PATIENCE);
            int status = answer.statusCode();
            if (status == 202) {
                String id = api.parse(answer.body()).path("InvocationId").asString("");
                return new Try(Result.OK, id, "202", true, Duration.ZERO);
            }
            // A refusal that asks to try again may have left a record behind: the broker's answer can be late.
            boolean isUnknown = status >= 500;
            return new Try(
                    isUnknown ? Result.UNKNOWN : Result.FAIL,
                    null,
                    status + " " + answer.body(),
                    status / 100 == 4 && status != 429,
                    answer.headers()
                            .firstValue("Retry-After")
                            .map(Client::seconds)
                            .orElse(PAUSE));
        } catch (ConnectException e) {
            return new Try(Result.FAIL, null, "not connected", false, PAUSE);
        } catch (IOException e) {
            return new Try(Result.UNKNOWN, null, String.valueOf(e), false, PAUSE);
        }
    }

    private static Duration seconds(String retryAfter) {
        return Duration.ofSeconds(Long.parseLong(retryAfter));
    }

    private void write(
            Instant at,
            Call call,
            Op op,
            Result result,
            int attempt,
            @Nullable String invocationId,
            @Nullable String detail) {
        history.add(new HistoryEntry(
                at, Actor.CLIENT, op, call.id(), result, call.expected(), attempt, invocationId, detail));
    }
}
