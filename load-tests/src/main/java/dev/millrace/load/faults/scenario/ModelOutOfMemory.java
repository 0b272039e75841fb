package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Load;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import tools.jackson.databind.JsonNode;

/// a model that wants more memory than there is; its call fails and other endpoints do not notice.
final class ModelOutOfMemory implements Scenario {
    /// 160 GB of floats.
    private static final long BEYOND_THE_MACHINE = 40_000_000_000L;
    /// 800 MB of floats, several times that as text: more than a worker's heap.
    private static final long BEYOND_THE_HEAP = 200_000_000L;

    @Override
    public String id() {
        return "R-24";
    }

    @Override
    public String title() {
        return "a model that eats memory, native and heap";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(1);
        try (var stretch = StretchEndpoint.deploy(stage)) {
            long gateway = stage.cluster().gateway().pid().orElseThrow();
            Load load = stage.load(300, 20);
            String native_ = stretch.call("native", BEYOND_THE_MACHINE);
            String heap = stretch.call("heap", BEYOND_THE_HEAP);
            for (String id : new String[] {native_, heap}) {
                JsonNode status = stretch.end(id);
                stage.expect(
                        status.path("status").asString("").equals("Failed"), "a call without memory fails: " + status);
            }
            stage.expect(stretch.isWell(), "the same endpoint serves the next call");
            load.await();
            stage.expect(
                    stage.cluster().gateway().pid().orElse(0L) == gateway, "the gateway runs on in the same process");
        }
    }
}
