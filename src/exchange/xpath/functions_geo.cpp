// Functions of ODK XForms on places: lengths, areas, points inside a shape. Spherical, radius 6,378,100 m.
#include <cmath>
#include <numbers>
#include <optional>

#include "base/text.hpp"
#include "exchange/xpath/functions.hpp"

namespace hamdil::exchange::xpath {
namespace {

constexpr double kRadius = 6'378'100;

struct Point {
  double latitude = 0, longitude = 0;  // radians
};

std::optional<Point> parse_point(std::string_view text) {
  const std::vector<std::string> parts = text::split_words(text);
  if (parts.size() < 2 || parts.size() > 4) return std::nullopt;
  const auto latitude = text::parse_number(parts[0]), longitude = text::parse_number(parts[1]);
  if (!latitude || !longitude || std::abs(*latitude) > 90 || std::abs(*longitude) > 180) return std::nullopt;
  constexpr double kRadian = std::numbers::pi / 180;
  return Point{*latitude * kRadian, *longitude * kRadian};
}

// Points parted by ";", from one text, several texts or several nodes; empty when one is unreadable.
std::optional<std::vector<Point>> parse_points(const std::vector<std::string>& texts) {
  std::vector<Point> out;
  for (const std::string& text : texts)
    for (const std::string& part : text::split(text, ';')) {
      if (text::trim(part).empty()) continue;
      const auto point = parse_point(part);
      if (!point) return std::nullopt;
      out.push_back(*point);
    }
  return out;
}

double between(const Point& a, const Point& b) {
  const double half_latitude = std::sin((b.latitude - a.latitude) / 2);
  const double half_longitude = std::sin((b.longitude - a.longitude) / 2);
  const double h =
      half_latitude * half_latitude + std::cos(a.latitude) * std::cos(b.latitude) * half_longitude * half_longitude;
  return 2 * kRadius * std::asin(std::min(1.0, std::sqrt(h)));
}

Value distance(Call& call) {
  const auto points = parse_points(call.texts_from(0));
  if (!points) return Value::of(std::nan(""));
  double out = 0;
  for (std::size_t i = 1; i < points->size(); ++i) out += between((*points)[i - 1], (*points)[i]);
  return Value::of(std::round(out * 100) / 100);
}

Value area(Call& call) {
  const auto points = parse_points(call.texts_from(0));
  if (!points) return Value::of(std::nan(""));
  if (points->size() < 3) return Value::of(0.0);
  double sum = 0;
  for (std::size_t i = 0; i < points->size(); ++i) {
    const Point& a = (*points)[i];
    const Point& b = (*points)[(i + 1) % points->size()];
    sum += (b.longitude - a.longitude) * (2 + std::sin(a.latitude) + std::sin(b.latitude));
  }
  return Value::of(std::round(std::abs(sum * kRadius * kRadius / 2) * 100) / 100);
}

// Whether a point lies in a shape: how often a line to the east crosses its edge.
Value geofence(Call& call) {
  const auto point = parse_points({call.text(0)});
  const auto shape = parse_points({call.text(1)});
  if (!point || point->size() != 1 || !shape || shape->size() < 3) return Value::of(false);
  const Point& at = point->front();
  bool is_inside = false;
  for (std::size_t i = 0, j = shape->size() - 1; i < shape->size(); j = i++) {
    const Point& a = (*shape)[i];
    const Point& b = (*shape)[j];
    if ((a.longitude > at.longitude) == (b.longitude > at.longitude)) continue;
    const double crossing =
        (b.latitude - a.latitude) * (at.longitude - a.longitude) / (b.longitude - a.longitude) + a.latitude;
    if (at.latitude < crossing) is_inside = !is_inside;
  }
  return Value::of(is_inside);
}

}  // namespace

std::vector<Function> geo_functions() {
  return {{"distance", 1, kAnyNumber, distance, false},
          {"area", 1, kAnyNumber, area, false},
          {"geofence", 2, 2, geofence, false}};
}

}  // namespace hamdil::exchange::xpath
