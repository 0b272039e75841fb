package dev.millrace.controlplane.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Member.Refusal;
import dev.millrace.controlplane.shape.Member.Support;
import dev.millrace.controlplane.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The tables of the compatibility page say what the shapes say. With `-Dmillrace.docs.write=true` the test
/// writes
/// them instead of comparing.
class CompatibilityPageTest {
    private static final String BEGIN = "<!-- begin: written by CompatibilityPageTest -->\n";
    private static final String END = "<!-- end -->";

    @Test
    void saysWhatTheShapesSay() throws IOException {
        Path page = Path.of(System.getProperty("millrace.root", ".."), "docs/reference/compatibility.md");
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        String tables = tables();

        if (Boolean.getBoolean("millrace.docs.write")) {
            Files.writeString(page, text.substring(0, begin) + tables + text.substring(end));
        }

        assertThat(Files.readString(page)).contains(BEGIN + tables + END);
    }

    private static String tables() {
        var text = new StringBuilder();
        try (var fixture = new Fixture()) {
            for (ServiceOperations service : fixture.operations.services()) {
                text.append(heading(service.service()));
                service.all().forEach(operation -> text.append(table(operation)));
            }
        }
        return text.append('\n').toString();
    }

    private static String heading(AwsService service) {
        return switch (service) {
            case SAGEMAKER -> "";
            case APPLICATION_AUTO_SCALING -> "\n## Application Auto Scaling\n";
            case CLOUD_WATCH -> "\n## CloudWatch\n";
        };
    }

    private static String table(Operation operation) {
        var text = new StringBuilder("\n### " + operation.name() + "\n\n| member | here |\n|---|---|\n");
        rows(operation.input(), "").forEach(row -> text.append(row).append('\n'));
        return text.toString();
    }

    private static List<String> rows(Shape.Structure structure, String prefix) {
        var rows = new ArrayList<String>();
        for (Member member : structure.members()) {
            String path = prefix + member.name() + (member.shape() instanceof Shape.Items ? "[]" : "");
            rows.add("| `" + path + "` | " + support(member) + " |");
            if (member.support() instanceof Support.Works) {
                nested(member.shape()).forEach(each -> rows.addAll(rows(each, path + ".")));
            }
        }
        return rows;
    }

    private static List<Shape.Structure> nested(Shape shape) {
        return switch (shape) {
            case Shape.Structure structure -> List.of(structure);
            case Shape.Items items -> nested(items.each());
            case Shape.Text _, Shape.Choice _, Shape.Whole _, Shape.Decimal _, Shape.Flag _, Shape.Time _ -> List.of();
            case Shape.Entries _ -> List.of();
        };
    }

    private static String support(Member member) {
        var text = new StringBuilder(
                switch (member.support()) {
                    case Support.Works _ -> "works";
                    case Support.Kept _ -> "kept without effect";
                    case Support.Refused(String feature) -> "refused: " + feature + " not supported yet";
                });
        for (Refusal refusal : member.refusals()) {
            text.append(
                    switch (refusal) {
                        case Refusal.Value(String value, String feature) ->
                            "; `" + value + "` refused: " + feature + " not supported yet";
                        case Refusal.MoreThan(int items, String feature) ->
                            "; more than " + items + " refused: " + feature + " not supported yet";
                    });
        }
        return text.toString();
    }
}
