// The parts of ECharts that the pages draw with, and no more.
import { BarChart, LineChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  TooltipComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

use([
  AriaComponent,
  BarChart,
  GridComponent,
  LabelLayout,
  LineChart,
  SVGRenderer,
  TooltipComponent,
]);

export { init };
