package dev.millrace.controlplane;

import dev.millrace.controlplane.InstanceTypes.Size;
import java.util.HashMap;
import java.util.Map;

/// The sizes of AWS's hosting instances, by rule: within a family memory per core is the same, and the size's
/// name
/// gives the cores.
final class InstanceTypeTable {
    private final Map<String, Size> sizes = new HashMap<>();

    InstanceTypeTable() {
        generalPurpose();
        accelerated();
        burstable();
    }

    Map<String, Size> sizes() {
        return sizes;
    }

    private void generalPurpose() {
        String upTo24 = "large 2 xlarge 4 2xlarge 8 4xlarge 16 12xlarge 48 24xlarge 96";
        String upTo16 = "large 2 xlarge 4 2xlarge 8 4xlarge 16 8xlarge 32 12xlarge 48 16xlarge 64";
        String upTo32 = upTo16 + " 24xlarge 96 32xlarge 128";
        String upTo48 = upTo16 + " 24xlarge 96 48xlarge 192";
        String withMedium = "medium 1 ";
        family("m4", 4096, "xlarge 4 2xlarge 8 4xlarge 16 10xlarge 40 16xlarge 64");
        family("c4", 1920, "large 2 xlarge 4 2xlarge 8 4xlarge 16 8xlarge 36");
        String c5 = "large 2 xlarge 4 2xlarge 8 4xlarge 16 9xlarge 36 18xlarge 72";
        families("c5 c5d", 2048, c5);
        families("m5 m5d", 4096, upTo24);
        families("r5 r5d", 8192, upTo24);
        families("c6i c6in", 2048, upTo32);
        families("m6i", 4096, upTo32);
        families("r6i", 8192, upTo32);
        families("c7i", 2048, upTo48);
        families("m7i", 4096, upTo48);
        families("r7i", 8192, upTo48);
        families("c6g c6gd c6gn c7g", 2048, upTo16);
        families("m6g m6gd", 4096, upTo16);
        families("r6g r6gd", 8192, upTo16);
        families("r7gd", 8192, withMedium + upTo16);
        families("c8g", 2048, withMedium + upTo48);
        families("m8g", 4096, withMedium + upTo48);
        families("r8g", 8192, withMedium + upTo48);
    }

    private void burstable() {
        put("ml.t2.medium", 2, 4, 0);
        put("ml.t2.large", 2, 8, 0);
        put("ml.t2.xlarge", 4, 16, 0);
        put("ml.t2.2xlarge", 8, 32, 0);
    }

    /// Accelerators follow no rule. Neuron devices count as GPUs: both ask for an accelerator.
    private void accelerated() {
        table("p2", "xlarge 4 61 1 8xlarge 32 488 8 16xlarge 64 732 16");
        table("p3", "2xlarge 8 61 1 8xlarge 32 244 4 16xlarge 64 488 8");
        table("p4d", "24xlarge 96 1152 8");
        table("p4de", "24xlarge 96 1152 8");
        table("p5", "4xlarge 16 256 1 48xlarge 192 2048 8");
        table("p5e", "48xlarge 192 2048 8");
        table("p5en", "48xlarge 192 2048 8");
        table("p6-b200", "48xlarge 192 2048 8");
        table("p6-b300", "48xlarge 192 4096 8");
        table("p6e-gb200", "36xlarge 144 960 4");
        table(
                "g4dn",
                "xlarge 4 16 1 2xlarge 8 32 1 4xlarge 16 64 1 8xlarge 32 128 1 12xlarge 48 192 4 16xlarge 64 256 1");
        String eightSizes = "xlarge 4 16 1 2xlarge 8 32 1 4xlarge 16 64 1 8xlarge 32 128 1 12xlarge 48 192 4"
                + " 16xlarge 64 256 1 24xlarge 96 384 4 48xlarge 192 768 8";
        table("g5", eightSizes);
        table("g6", eightSizes);
        table(
                "g6e",
                "xlarge 4 32 1 2xlarge 8 64 1 4xlarge 16 128 1 8xlarge 32 256 1 12xlarge 48 384 4"
                        + " 16xlarge 64 512 1 24xlarge 96 768 4 48xlarge 192 1536 8");
        String sixSizes =
                "2xlarge 8 64 1 4xlarge 16 128 1 8xlarge 32 256 1 12xlarge 48 512 2 24xlarge 96 1024 4 48xlarge 192 2048 8";
        table("g7", sixSizes);
        table("g7e", sixSizes);
        table("inf1", "xlarge 4 8 1 2xlarge 8 16 1 6xlarge 24 48 4 24xlarge 96 192 16");
        table("inf2", "xlarge 4 16 1 8xlarge 32 128 1 24xlarge 96 384 6 48xlarge 192 768 12");
        table("trn1", "2xlarge 8 32 1 32xlarge 128 512 16");
        table("trn1n", "32xlarge 128 512 16");
        table("trn2", "48xlarge 192 2048 16");
        table("dl1", "24xlarge 96 768 8");
    }

    private void families(String names, int memoryPerCoreMb, String rows) {
        for (String name : names.split(" ")) {
            family(name, memoryPerCoreMb, rows);
        }
    }

    private void family(String name, int memoryPerCoreMb, String rows) {
        String[] cells = rows.split(" ");
        for (int i = 0; i < cells.length; i += 2) {
            int cores = Integer.parseInt(cells[i + 1]);
            sizes.put("ml." + name + "." + cells[i], new Size(cores, cores * memoryPerCoreMb, 0));
        }
    }

    /// @param rows size, cores, memory in GB and accelerators of each
    private void table(String family, String rows) {
        String[] cells = rows.split(" ");
        for (int i = 0; i < cells.length; i += 4) {
            put(
                    "ml." + family + "." + cells[i],
                    Integer.parseInt(cells[i + 1]),
                    Integer.parseInt(cells[i + 2]),
                    Integer.parseInt(cells[i + 3]));
        }
    }

    private void put(String type, int cores, int memoryGb, int gpus) {
        sizes.put(type, new Size(cores, memoryGb * 1024, gpus));
    }
}
