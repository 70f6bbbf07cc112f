//! Spatial functions (AWS page: `Spatial functions`).

use super::{Chapter, aggregate, scalar};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "Spatial functions",
    page: "geospatial-functions",
    functions: &[
        scalar("addbbox", "(geometry) -> geometry", "AddBBox-function"),
        scalar("dropbbox", "(geometry) -> geometry", "DropBBox-function"),
        scalar(
            "geometrytype",
            "(geometry) -> varchar",
            "GeometryType-function",
        ),
        scalar("h3_boundary", "(any) -> geometry", "H3_Boundary-function"),
        scalar("h3_center", "(any) -> geometry", "H3_Center-function"),
        scalar(
            "h3_fromlonglat",
            "(number, number, integer) -> bigint",
            "H3_FromLongLat-function",
        ),
        scalar(
            "h3_frompoint",
            "(geometry, integer) -> bigint",
            "H3_FromPoint-function",
        ),
        scalar("h3_isvalid", "(any) -> boolean", "H3_IsValid-function"),
        scalar(
            "h3_polyfill",
            "(geometry, integer) -> super",
            "H3_Polyfill-function",
        ),
        scalar(
            "h3_resolution",
            "(any) -> integer",
            "H3_Resolution-function",
        ),
        scalar(
            "h3_tochildren",
            "(any, integer) -> super",
            "H3_ToChildren-function",
        ),
        scalar(
            "h3_toparent",
            "(any, integer) -> bigint",
            "H3_ToParent-function",
        ),
        scalar(
            "st_addpoint",
            "(geometry, geometry, integer?) -> geometry",
            "ST_AddPoint-function",
        ),
        scalar(
            "st_angle",
            "(geometry, geometry, geometry?, geometry?) -> double",
            "ST_Angle-function",
        ),
        scalar(
            "st_area",
            "(geometry) -> double | (geography) -> double",
            "ST_Area-function",
        ),
        scalar(
            "st_asbinary",
            "(geometry) -> varbyte | (geography) -> varbyte",
            "ST_AsBinary-function",
        ),
        scalar(
            "st_asewkb",
            "(geometry) -> varbyte | (geography) -> varbyte",
            "ST_AsEWKB-function",
        ),
        scalar(
            "st_asewkt",
            "(geometry, integer?) -> varchar | (geography, integer?) -> varchar",
            "ST_AsEWKT-function",
        ),
        scalar(
            "st_asgeojson",
            "(geometry, integer?) -> varchar | (geography, integer?) -> varchar",
            "ST_AsGeoJSON-function",
        ),
        scalar(
            "st_ashexewkb",
            "(geometry) -> varchar | (geography) -> varchar",
            "ST_AsHexEWKB-function",
        ),
        scalar(
            "st_ashexwkb",
            "(geometry) -> varchar | (geography) -> varchar",
            "ST_AsHexWKB-function",
        ),
        scalar(
            "st_astext",
            "(geometry, integer?) -> varchar | (geography, integer?) -> varchar",
            "ST_AsText-function",
        ),
        scalar(
            "st_azimuth",
            "(geometry, geometry) -> double",
            "ST_Azimuth-function",
        ),
        scalar(
            "st_boundary",
            "(geometry) -> geometry",
            "ST_Boundary-function",
        ),
        scalar(
            "st_buffer",
            "(geometry, number, integer?) -> geometry",
            "ST_Buffer-function",
        ),
        scalar(
            "st_centroid",
            "(geometry) -> geometry",
            "ST_Centroid-function",
        ),
        // Of two geometries, or of all rows.
        aggregate(
            "st_collect",
            "(geometry, geometry?) -> geometry",
            "ST_Collect-function",
        ),
        scalar(
            "st_contains",
            "(geometry, geometry) -> boolean",
            "ST_Contains-function",
        ),
        scalar(
            "st_containsproperly",
            "(geometry, geometry) -> boolean",
            "ST_ContainsProperly-function",
        ),
        scalar(
            "st_convexhull",
            "(geometry) -> geometry",
            "ST_ConvexHull-function",
        ),
        scalar(
            "st_coveredby",
            "(geometry, geometry) -> boolean",
            "ST_CoveredBy-function",
        ),
        scalar(
            "st_covers",
            "(geometry, geometry) -> boolean",
            "ST_Covers-function",
        ),
        scalar(
            "st_crosses",
            "(geometry, geometry) -> boolean",
            "ST_Crosses-function",
        ),
        scalar(
            "st_dimension",
            "(geometry) -> integer",
            "ST_Dimension-function",
        ),
        scalar(
            "st_disjoint",
            "(geometry, geometry) -> boolean",
            "ST_Disjoint-function",
        ),
        scalar(
            "st_distance",
            "(geometry, geometry) -> double | (geography, geography) -> double",
            "ST_Distance-function",
        ),
        scalar(
            "st_distancesphere",
            "(geometry, geometry, number?) -> double",
            "ST_DistanceSphere-function",
        ),
        scalar(
            "st_dwithin",
            "(geometry, geometry, number) -> boolean",
            "ST_DWithin-function",
        ),
        scalar(
            "st_endpoint",
            "(geometry) -> geometry",
            "ST_EndPoint-function",
        ),
        scalar(
            "st_envelope",
            "(geometry) -> geometry",
            "ST_Envelope-function",
        ),
        scalar(
            "st_equals",
            "(geometry, geometry) -> boolean",
            "ST_Equals-function",
        ),
        scalar(
            "st_exteriorring",
            "(geometry) -> geometry",
            "ST_ExteriorRing-function",
        ),
        scalar(
            "st_force2d",
            "(geometry) -> geometry",
            "ST_Force2D-function",
        ),
        scalar(
            "st_force3d",
            "(geometry) -> geometry",
            "ST_Force3D-function",
        ),
        scalar(
            "st_force3dm",
            "(geometry) -> geometry",
            "ST_Force3DM-function",
        ),
        scalar(
            "st_force3dz",
            "(geometry) -> geometry",
            "ST_Force3DZ-function",
        ),
        scalar(
            "st_force4d",
            "(geometry) -> geometry",
            "ST_Force4D-function",
        ),
        scalar(
            "st_geogfromtext",
            "(text) -> geography",
            "ST_GeogFromText-function",
        ),
        scalar(
            "st_geogfromwkb",
            "(bytes) -> geography",
            "ST_GeogFromWKB-function",
        ),
        scalar(
            "st_geohash",
            "(geometry, integer?) -> varchar",
            "ST_GeoHash-function",
        ),
        scalar(
            "st_geometryn",
            "(geometry, integer) -> geometry",
            "ST_GeometryN-function",
        ),
        scalar(
            "st_geometrytype",
            "(geometry) -> varchar",
            "ST_GeometryType-function",
        ),
        scalar(
            "st_geomfromewkb",
            "(bytes) -> geometry",
            "ST_GeomFromEWKB-function",
        ),
        scalar(
            "st_geomfromewkt",
            "(text) -> geometry",
            "ST_GeomFromEWKT-function",
        ),
        scalar(
            "st_geomfromgeohash",
            "(text, integer?) -> geometry",
            "ST_GeomFromGeoHash-function",
        ),
        scalar(
            "st_geomfromgeojson",
            "(text) -> geometry",
            "ST_GeomFromGeoJSON-function",
        ),
        scalar(
            "st_geomfromgeosquare",
            "(integer, integer?) -> geometry",
            "ST_GeomFromGeoSquare-function",
        ),
        scalar(
            "st_geomfromtext",
            "(text, integer?) -> geometry",
            "ST_GeomFromText-function",
        ),
        scalar(
            "st_geomfromwkb",
            "(bytes, integer?) -> geometry",
            "ST_GeomFromWKB-function",
        ),
        scalar(
            "st_geosquare",
            "(geometry, integer?) -> bigint",
            "ST_GeoSquare-function",
        ),
        scalar(
            "st_interiorringn",
            "(geometry, integer) -> geometry",
            "ST_InteriorRingN-function",
        ),
        scalar(
            "st_intersection",
            "(geometry, geometry) -> geometry",
            "ST_Intersection-function",
        ),
        scalar(
            "st_intersects",
            "(geometry, geometry) -> boolean",
            "ST_Intersects-function",
        ),
        scalar(
            "st_isclosed",
            "(geometry) -> boolean",
            "ST_IsClosed-function",
        ),
        scalar(
            "st_iscollection",
            "(geometry) -> boolean",
            "ST_IsCollection-function",
        ),
        scalar("st_isempty", "(geometry) -> boolean", "ST_IsEmpty-function"),
        scalar(
            "st_ispolygonccw",
            "(geometry) -> boolean",
            "ST_IsPolygonCCW-function",
        ),
        scalar(
            "st_ispolygoncw",
            "(geometry) -> boolean",
            "ST_IsPolygonCW-function",
        ),
        scalar("st_isring", "(geometry) -> boolean", "ST_IsRing-function"),
        scalar(
            "st_issimple",
            "(geometry) -> boolean",
            "ST_IsSimple-function",
        ),
        scalar("st_isvalid", "(geometry) -> boolean", "ST_IsValid-function"),
        scalar(
            "st_length",
            "(geometry) -> double | (geography) -> double",
            "ST_Length-function",
        ),
        scalar(
            "st_length2d",
            "(geometry) -> double",
            "ST_Length2D-function",
        ),
        scalar(
            "st_lengthsphere",
            "(geometry, number?) -> double",
            "ST_LengthSphere-function",
        ),
        scalar(
            "st_linefrommultipoint",
            "(geometry) -> geometry",
            "ST_LineFromMultiPoint-function",
        ),
        scalar(
            "st_lineinterpolatepoint",
            "(geometry, number) -> geometry",
            "ST_LineInterpolatePoint-function",
        ),
        scalar("st_m", "(geometry) -> double", "ST_M-function"),
        scalar(
            "st_makeenvelope",
            "(number, number, number, number, integer?) -> geometry",
            "ST_MakeEnvelope-function",
        ),
        scalar(
            "st_makeline",
            "(geometry, geometry) -> geometry",
            "ST_MakeLine-function",
        ),
        scalar(
            "st_makepoint",
            "(number, number, number?, number?) -> geometry",
            "ST_MakePoint-function",
        ),
        scalar(
            "st_makepolygon",
            "(geometry, any?) -> geometry",
            "ST_MakePolygon-function",
        ),
        scalar("st_memsize", "(geometry) -> integer", "ST_MemSize-function"),
        scalar("st_mmax", "(geometry) -> double", "ST_MMax-function"),
        scalar("st_mmin", "(geometry) -> double", "ST_MMin-function"),
        scalar("st_multi", "(geometry) -> geometry", "ST_Multi-function"),
        scalar("st_ndims", "(geometry) -> integer", "ST_NDims-function"),
        scalar(
            "st_npoints",
            "(geometry) -> integer | (geography) -> integer",
            "ST_NPoints-function",
        ),
        scalar("st_nrings", "(geometry) -> integer", "ST_NRings-function"),
        scalar(
            "st_numgeometries",
            "(geometry) -> integer",
            "ST_NumGeometries-function",
        ),
        scalar(
            "st_numinteriorrings",
            "(geometry) -> integer",
            "ST_NumInteriorRings-function",
        ),
        scalar(
            "st_numpoints",
            "(geometry) -> integer",
            "ST_NumPoints-function",
        ),
        scalar(
            "st_perimeter",
            "(geometry) -> double | (geography) -> double",
            "ST_Perimeter-function",
        ),
        scalar(
            "st_perimeter2d",
            "(geometry) -> double",
            "ST_Perimeter2D-function",
        ),
        scalar(
            "st_point",
            "(number, number) -> geometry",
            "ST_Point-function",
        ),
        scalar(
            "st_pointn",
            "(geometry, integer) -> geometry",
            "ST_PointN-function",
        ),
        scalar("st_points", "(geometry) -> geometry", "ST_Points-function"),
        scalar(
            "st_polygon",
            "(geometry, integer) -> geometry",
            "ST_Polygon-function",
        ),
        scalar(
            "st_removepoint",
            "(geometry, integer) -> geometry",
            "ST_RemovePoint-function",
        ),
        scalar(
            "st_reverse",
            "(geometry) -> geometry",
            "ST_Reverse-function",
        ),
        scalar(
            "st_setpoint",
            "(geometry, integer, geometry) -> geometry",
            "ST_SetPoint-function",
        ),
        scalar(
            "st_setsrid",
            "(geometry, integer) -> geometry",
            "ST_SetSRID-function",
        ),
        scalar(
            "st_simplify",
            "(geometry, number) -> geometry",
            "ST_Simplify-function",
        ),
        scalar(
            "st_srid",
            "(geometry) -> integer | (geography) -> integer",
            "ST_SRID-function",
        ),
        scalar(
            "st_startpoint",
            "(geometry) -> geometry",
            "ST_StartPoint-function",
        ),
        scalar(
            "st_touches",
            "(geometry, geometry) -> boolean",
            "ST_Touches-function",
        ),
        scalar(
            "st_transform",
            "(geometry, integer) -> geometry",
            "ST_Transform-function",
        ),
        scalar(
            "st_union",
            "(geometry, geometry) -> geometry",
            "ST_Union-function",
        ),
        scalar(
            "st_within",
            "(geometry, geometry) -> boolean",
            "ST_Within-function",
        ),
        scalar("st_x", "(geometry) -> double", "ST_X-function"),
        scalar("st_xmax", "(geometry) -> double", "ST_XMax-function"),
        scalar("st_xmin", "(geometry) -> double", "ST_XMin-function"),
        scalar("st_y", "(geometry) -> double", "ST_Y-function"),
        scalar("st_ymax", "(geometry) -> double", "ST_YMax-function"),
        scalar("st_ymin", "(geometry) -> double", "ST_YMin-function"),
        scalar("st_z", "(geometry) -> double", "ST_Z-function"),
        scalar("st_zmax", "(geometry) -> double", "ST_ZMax-function"),
        scalar("st_zmin", "(geometry) -> double", "ST_ZMin-function"),
        scalar(
            "supportsbbox",
            "(geometry) -> boolean",
            "SupportsBBox-function",
        ),
    ],
};
