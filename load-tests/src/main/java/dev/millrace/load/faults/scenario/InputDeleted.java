package dev.millrace.load.faults.scenario;

import dev.millrace.invocation.ObjectLocation;
import dev.millrace.load.faults.Call;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// the input is deleted between the 202 and the work; the call fails at once and says why.
final class InputDeleted implements Scenario {
    private static final int WAIT_SECONDS = 55;

    @Override
    public String id() {
        return "R-17";
    }

    @Override
    public String title() {
        return "the input is deleted before the work begins";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(1);
        // In order: to a worker that was killed the broker may hand a record before it sees that it is gone.
        stage.cluster().host().stop();
        var input = new ObjectLocation(stage.cluster().bucket(), "in/" + stage.endpoint() + ".csv");
        stage.put(input, "1,2,3\n".getBytes(StandardCharsets.US_ASCII));
        String id = stage.endpoint() + "-deleted";
        stage.client()
                .call(new Call(
                        id,
                        "text/csv",
                        new byte[0],
                        null,
                        null,
                        null,
                        Map.of("X-Amzn-SageMaker-InputLocation", input.uri())));
        stage.cluster().store().delete(input);
        stage.cluster().host().start();
        JsonNode status = stage.cluster().api().status(stage.endpoint(), id, WAIT_SECONDS);
        stage.expect(status.path("status").asString("").equals("Failed"), "the call fails: " + status);
        stage.expect(
                status.path("failureCode").asString("").equals("INPUT_NOT_FOUND"),
                "it says that its input is gone: " + status);
        stage.expect(status.path("attempts").asInt() <= 2, "it is tried again once at most: " + status);
        stage.load(20, 20).await();
    }
}
