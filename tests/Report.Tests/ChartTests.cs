using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AngleSharp.Dom;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Report.Tests;

public partial class ChartTests
{
    private static readonly Arbitrary<(double Lo, double Hi)> Ranges = Arb.From(
        from a in Gen.Choose(-1000, 1000)
        from width in Gen.Choose(1, 1000)
        from e in Gen.Choose(-6, 6)
        select (a * Math.Pow(10, e), (a + width) * Math.Pow(10, e)));

    private static IElement Drawn(Picture picture) =>
        PageTests.Parse(HtmlPage.Of("", "", Section.Of("", Block.Figure(picture))).Text).QuerySelector("figure")!;

    private static Picture Lines(Axis x, Axis y, params Seq<(double, double)>[] curves) =>
        new LineChart("chart", "", x, y, curves.Select((c, i) => new Curve($"c{i}", c)).ToSeq().Strict()).Draw();

    [Fact]
    public void A_drawing_leaves_its_page_with_its_ground_and_the_colours_of_both_schemes()
    {
        var svg = XDocument.Parse(Lines(new("x"), new("y"), new[] { (0.0, 1.0), (1.0, 2.0) }.ToSeq()).Svg!).Root!;
        var style = svg.Elements().First().Value;
        Assert.Equal("{http://www.w3.org/2000/svg}svg", svg.Name.ToString());
        Assert.All(new[] { Palette.Light.Variables, Palette.Dark.Variables, ".s0{", ".ground" }, part => Assert.Contains(part, style));
        Assert.Equal("ground", svg.Elements().ElementAt(1).Attribute("class")!.Value);
        Assert.Null(new BarChart("bars", new[] { ("a", 1.0) }.ToSeq()).Draw().Svg);
    }

    [Fact]
    public void Ticks_are_one_two_or_five_times_a_power_of_ten_evenly_within_the_range() => Check.Holds(Ranges, r =>
    {
        var (ticks, step) = (Ticks.Linear(r.Lo, r.Hi, 5), Ticks.Step(r.Hi - r.Lo, 5));
        var digit = step / Math.Pow(10, Math.Floor(Math.Log10(step * (1 + 1e-9))));
        var slack = 1e-6 * step;
        return ticks.Length is >= 1 and <= 7 && new[] { 1.0, 2, 5 }.Any(d => Math.Abs(digit - d) < 1e-6)
            && ticks.All(t => t >= r.Lo - slack && t <= r.Hi + slack && Math.Abs(t / step - Math.Round(t / step)) < 1e-6)
            && ticks.Zip(ticks.Skip(1)).All(p => Math.Abs(p.Item2 - p.Item1 - step) < slack);
    }, 500);

    [Fact]
    public void Logarithmic_ticks_lie_within_the_range_and_are_few() => Check.Holds(Ranges, r =>
    {
        var (lo, hi) = (Math.Abs(r.Lo) + 1e-9, Math.Abs(r.Lo) + 1e-9 + (r.Hi - r.Lo) * 100);
        var ticks = Ticks.Log(lo, hi, 5);
        return ticks.Length <= 9 && ticks.All(t => t >= lo * 0.999999 && t <= hi * 1.000001)
            && ticks.SequenceEqual(ticks.Order());
    }, 500);

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(0.30000000000000004, "0.3")]
    [InlineData(-1.5, "−1.5")]
    [InlineData(123456, "123,456")]
    [InlineData(1e-5, "10⁻⁵")]
    [InlineData(-2.5e9, "−2.5·10⁹")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "∞")]
    public void A_number_is_written_as_people_write_it(double value, string text) => Assert.Equal(text, Ticks.Text(value));

    [Fact]
    public void All_that_is_drawn_lies_within_the_picture() => Check.Holds(
        ArbMap.Default.ArbFor<(double, double)[]>(), points =>
        {
            var curve = points.ToSeq().Strict();
            return Inside(Drawn(Lines(new("x"), new("y"), curve)))
                && Inside(Drawn(Lines(new("x"), new("y", Log: true), curve)))
                && Inside(Drawn(new ScatterChart("s", "", new("x"), new("y"), Prelude.Seq1(("a", curve)), true).Draw()));
        }, 200);

    private static bool Inside(IElement figure)
    {
        var size = figure.QuerySelector("svg.chart")!.GetAttribute("viewBox")!.Split(' ').Select(Number).ToArray();
        return figure.QuerySelectorAll("svg.chart path").SelectMany(p => Place().Matches(p.GetAttribute("d")!)).All(m =>
            Number(m.Groups[1].Value) is >= 0 and var x && x <= size[2]
            && Number(m.Groups[2].Value) is >= 0 and var y && y <= size[3]);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [Fact]
    public void A_value_that_is_not_finite_breaks_a_curve()
    {
        var curve = Samples.Line(50, i => i is 20 or 30 ? double.NaN : i);
        var path = Drawn(Lines(new("x"), new("y"), curve)).QuerySelector("svg.chart path.curve")!.GetAttribute("d")!;
        Assert.Equal(3, path.Count(c => c == 'M'));
    }

    [Fact]
    public void A_logarithmic_axis_leaves_out_what_is_not_above_0()
    {
        var drawn = Drawn(Lines(new("x"), new("y", Log: true), Samples.Line(10, i => i - 4)));
        Assert.Equal(5, drawn.QuerySelectorAll("svg.chart path.f0").Length);
    }

    [Fact]
    public void Of_many_points_the_peaks_are_drawn()
    {
        var flat = Drawn(Lines(new("x"), new("y", Lo: 0, Hi: 1), Samples.Line(100_000, _ => 0)));
        var peak = Drawn(Lines(new("x"), new("y", Lo: 0, Hi: 1), Samples.Line(100_000, i => i == 54_321 ? 1 : 0)));
        string Path(IElement e) => e.QuerySelector("svg.chart path.curve")!.GetAttribute("d")!;
        Assert.True(Path(peak).Length < 20_000);
        Assert.Contains(" 24", Path(peak));
        Assert.DoesNotContain(" 24", Path(flat));
    }

    [Fact]
    public void The_legend_has_each_curve_with_its_last_value() => Assert.Equal(["c0 9", "c1 81"],
        Drawn(Lines(new("x"), new("y"), Samples.Line(10, i => i), Samples.Line(10, i => i * i)))
            .QuerySelectorAll(".legend li").Select(l => l.TextContent));

    [Fact]
    public void A_chart_without_values_says_so() =>
        Assert.Contains("no values", Drawn(Lines(new("x"), new("y"), Samples.Line(3, _ => double.NaN))).TextContent);

    [Fact]
    public void Curves_differ_by_more_than_their_colour()
    {
        var curves = Enumerable.Range(0, 20).Select(k => Samples.Line(60, i => i + k)).ToArray();
        var styles = Drawn(Lines(new("x"), new("y"), curves)).QuerySelectorAll("svg.chart path.curve")
            .Select(p => (p.ClassName, p.GetAttribute("stroke-dasharray"))).ToList();
        Assert.Equal(styles.Distinct(), styles);
        Assert.All(styles.Zip(styles.Skip(1)), p => Assert.NotEqual(p.Item1.Item2, p.Item2.Item2));
    }

    [Fact]
    public void The_line_of_a_boundary_is_where_the_scores_cross_it()
    {
        // of x + 2y over a grid every piece lies on the straight line x + 2y = 7.3
        var values = Enumerable.Range(0, 100).Select(i => (double)(i % 10) + 2 * (i / 10)).ToArray();
        var pieces = Contour.Of(values, 10, 10, 7.3).ToList();
        Assert.NotEmpty(pieces);
        Assert.All(pieces.SelectMany(p => new[] { p.From, p.To }), p => Assert.Equal(7.3, p.Column + 2 * p.Row, 9));
        Assert.Empty(Contour.Of(values, 10, 10, 100));
    }

    [Fact]
    public void A_confusion_matrix_has_every_count_and_the_share_of_each_class()
    {
        var table = Drawn(new MatrixChart("m", Prelude.Seq("a", "b"), Prelude.Seq(3, 1, 0, 4)).Draw());
        Assert.Equal([["a", "3", "1", "75 %"], ["b", "", "4", "100 %"]],
            table.QuerySelectorAll("tbody tr").Select(r => r.Children.Select(c => c.TextContent).ToArray()));
    }

    [GeneratedRegex(@"[ML](-?[\d.]+) (-?[\d.]+)")]
    private static partial Regex Place();
}
