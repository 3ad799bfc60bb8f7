"""What a dashboard of Grafana may hold, by the types that Grafana publishes: the dashboard
itself and each of its panels by its own, with its options and with queries to Prometheus."""
import typed

PACKAGES = ("@grafana/schema",)
# Kind of panel: where its types are, its options, what its fields may have besides.
KINDS = {
    "stat": ("stat/panelcfg/x/StatPanelCfg", "Options", "{}"),
    "table": ("table/panelcfg/x/TablePanelCfg", "Options", "g.TableFieldOptions"),
    "timeseries": ("timeseries/panelcfg/x/TimeSeriesPanelCfg", "Options", "k.FieldConfig"),
    "state-timeline": ("statetimeline/panelcfg/x/StateTimelinePanelCfg", "Options",
                       "k.FieldConfig"),
}
# JSON has the words of an enumeration, and what has a default may be left out.  The keys of an
# annotation are those of Prometheus' own; those of an export are of no dashboard that is stored.
HEAD = """\
import * as g from "@grafana/schema";
import { PrometheusDataQuery } from "%s/prometheus/dataquery/x/PrometheusDataQuery_types.gen";
type Plain<T> = T extends string ? `${T}` : T extends (infer U)[] ? Plain<U>[] :
  T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
type Some<T> = T extends (infer U)[] ? Some<U>[] :
  T extends object ? { [K in keyof T]?: Some<T[K]> } : T;
type Of<K, O, F> = Omit<Plain<g.Panel>, "type" | "options" | "targets" | "fieldConfig"> & {
  id: number; type: K; title: string; options: Some<Plain<O>>;
  targets: Plain<PrometheusDataQuery>[];
  fieldConfig: { defaults: Omit<Plain<g.FieldConfig>, "custom"> & { custom?: Some<Plain<F>> };
    overrides: { matcher: Plain<g.MatcherConfig>; properties: { value: unknown;
      id: Exclude<keyof g.FieldConfig, "custom"> | `custom.${keyof F & string}` }[] }[] } };
type Annotation = Plain<g.AnnotationQuery> & { expr?: string; step?: string;
  titleFormat?: string; textFormat?: string; tagKeys?: string; useValueForTime?: boolean };
type Needed = { type: string; id: string; name: string; version: string };
type Whole = Omit<Plain<g.Dashboard>, "panels" | "annotations"> & {
  __inputs: []; __elements: {}; __requires: Needed[]; annotations: { list: Annotation[] } };
type Row = Plain<g.RowPanel>;
""" % "@grafana/schema/dist/esm/raw/composable"


def head():
    lines = []
    for i, (kind, (file, options, field)) in enumerate(KINDS.items()):
        lines.append('import * as k%d from "@grafana/schema/dist/esm/raw/composable/%s'
                     '_types.gen";' % (i, file))
        lines.append('type P_%s = Of<"%s", k%d.%s, %s>;' % (
            kind.replace("-", "_"), kind, i, options,
            field.replace("k.", "k%d." % i)))
    return HEAD + "\n".join(lines)


def parts(dashboard):
    """The dashboard as (type, document): it without its panels, and each of these."""
    yield "Whole", {k: v for k, v in dashboard.items() if k != "panels"}
    for panel in dashboard["panels"]:
        yield "Row" if panel["type"] == "row" else (
            "P_" + panel["type"].replace("-", "_")), panel


def complaints(literals):
    return typed.complaints(PACKAGES, head(), literals)
