package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Call;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.Digits;
import dev.millrace.testkit.TestModel;
import java.util.Map;

/// Calls whose webhooks are not to arrive: they end all the same.
final class WebhookCalls {
    private final Stage stage;
    private final Digits digits = new Digits(TestModel.DIGITS);

    WebhookCalls(Stage stage) {
        this.stage = stage;
    }

    void make(String name, String webhookUrl) throws InterruptedException {
        stage.client()
                .call(new Call(
                        stage.endpoint() + "-" + name,
                        "application/json",
                        digits.json(0),
                        digits.expected(0, 1),
                        null,
                        null,
                        Map.of("X-Millrace-Webhook-Url", webhookUrl)));
    }
}
